/** Crash, stop, deploy, pause, disconnect, a clock that jumps, a session that times out, a leader that fails: the faults that strike in the gaps around an operation, or when a delivery is there. */
import type { PlannedFault } from '../faults/book.ts';
import { GRACE_US, type GracefulStop, type RollOut, type RollOutAt } from '../faults/fault.ts';
import type { Moment } from '../kernel/context.ts';
import type { Call } from './operation.ts';
import type { Process } from './process.ts';
import { strikeFailover, strikeMembership } from './strike-log.ts';

export function strikeGap(call: Call<never> | Call, fault: PlannedFault, gap: 'before' | 'between' | 'after'): void {
  const { data } = fault;
  if (!('place' in data) || data.place.gap !== gap) return;
  const { process, moment, operation } = call;
  if (data.kind !== 'failover') strikeProcess(process, moment, fault);
  else if (!fault.reached) strikeFailover(process.simulation, moment, fault, { data, of: operation.partition });
}

/** The fault's effect on the process itself. */
export function strikeProcess(process: Process, moment: Moment, fault: PlannedFault): void {
  const { data } = fault;
  if (!process.alive || fault.reached) return;
  const { simulation } = process;
  switch (data.kind) {
    case 'crash':
      if (process.neverDies) {
        fault.reached = true;
        return;
      }
      simulation.strike(fault, process.label, moment.causes);
      process.die(data.loss, 'fault', moment.causes, data.restartUs);
      return;
    case 'pause':
      simulation.strike(fault, process.label, moment.causes);
      process.pause(data.forUs);
      return;
    case 'disconnect': {
      const runtime = simulation.named(data.component);
      if (!runtime?.disconnect || !runtime.isConnected?.(process)) {
        fault.reached = true;
        return;
      }
      if (data.halfOpen && !runtime.halfOpen) {
        fault.reached = true;
        return;
      }
      simulation.strike(fault, process.label, moment.causes);
      if (data.halfOpen) runtime.halfOpen?.(process);
      else runtime.disconnect(process);
      return;
    }
    case 'deploy':
      strikeDeploy(process, moment, fault, data);
      return;
    case 'rebalance':
      if ('place' in data) strikeMembership(process, moment, fault, data);
      return;
    case 'failover':
      // When a delivery is there nothing goes to a partition.
      fault.reached = true;
      return;
    case 'clock-skew':
      if (process.neverDies || !('place' in data)) fault.reached = true;
      else simulation.clocks.jump(process, fault, data);
      return;
    default:
  }
}

function strikeDeploy(
  process: Process,
  moment: Moment,
  fault: PlannedFault,
  data: GracefulStop | RollOut | RollOutAt,
): void {
  const { simulation } = process;
  fault.reached = true;
  if ('service' in data) {
    simulation.supervisors.get(data.service)?.deploy(fault, data, moment.causes);
  } else if (!process.neverDies && !process.isStopping) {
    simulation.strike(fault, process.label, moment.causes);
    process.stop(data.graceUs ?? GRACE_US, moment.causes);
  }
}
