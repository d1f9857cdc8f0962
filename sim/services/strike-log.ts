/** Faults that strike log brokers: members of groups, leaders, what a partition holds. */
import type { PlannedFault } from '../faults/book.ts';
import type { FaultData } from '../faults/fault.ts';
import type {
  Failover,
  FailoverAt,
  Grows,
  Membership,
  Moves,
  OpenTransaction,
  Retention,
} from '../faults/log-fault.ts';
import type { Moment } from '../kernel/context.ts';
import type { Simulation } from '../simulation.ts';
import type { LogTarget, OnePartition } from './log-target.ts';
import type { Process } from './process.ts';

/** The process is put out of its groups on the broker that the moment's delivery came from; outside of one on every broker. */
export function strikeMembership(process: Process, moment: Moment, fault: PlannedFault, { by }: Membership): void {
  const { simulation } = process;
  fault.reached = true;
  const runtimes = moment.broker === undefined ? [...simulation.runtimes.values()] : [simulation.named(moment.broker)];
  for (const runtime of runtimes)
    runtime?.asLog?.expel(process, by, () => simulation.strike(fault, process.label, moment.causes));
}

/** `of`: the partition that the operation goes to, if it goes to one. */
export function strikeFailover(
  simulation: Simulation,
  moment: Moment,
  fault: PlannedFault,
  { data, of }: { readonly data: Failover; readonly of: OnePartition | undefined },
): void {
  fault.reached = true;
  const log = simulation.named(data.component)?.asLog;
  if (!of || !log) return;
  log.failover(of, data.unclean ? 'unclean' : 'clean', () => simulation.strike(fault, data.component, moment.causes));
}

export type LogWindow = Moves | Grows | FailoverAt | Retention | OpenTransaction;

export function isLogWindow(data: FaultData): data is LogWindow {
  switch (data.kind) {
    case 'rebalance':
    case 'failover':
      return 'atUs' in data;
    case 'retention':
    case 'open-transaction':
      return true;
    default:
      return false;
  }
}

/** As steps of their own; a component that is no log broker, or that nobody uses, is left alone. */
export function scheduleLogWindow(simulation: Simulation, fault: PlannedFault, data: LogWindow): void {
  const { world } = simulation;
  const log = simulation.named(data.component)?.asLog;
  if (!log) return;
  const strikes = (): void => simulation.strike(fault, data.component, []);
  world.spawn('atUs' in data ? data.atUs : data.fromUs, () => {
    fault.reached = true;
    if (data.kind === 'open-transaction') world.disturbFor(data.toUs - data.fromUs, log.holdBack(data, strikes));
    else befall(log, data, strikes);
  });
}

function befall(log: LogTarget, data: Exclude<LogWindow, OpenTransaction>, strikes: () => void): void {
  switch (data.kind) {
    case 'rebalance':
      if (data.by === 'coordinator') log.moveCoordinator(data.group, strikes);
      else log.grow(data.topic, data.partitions, strikes);
      return;
    case 'failover':
      log.failover(data, data.unclean ? 'unclean' : 'clean', strikes);
      return;
    case 'retention':
      log.retain(data, data.how, strikes);
  }
}
