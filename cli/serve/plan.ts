/**
 * The plan of `eddy serve`: a file with one fault sentence a line; blank lines, and those that begin with #, say nothing.
 * Faults that need a run around them (a workload, services that Eddy starts, their clocks and stores) are refused at the
 * start, so that nobody waits for one that cannot come.
 */
import { EddyError } from '../../sim/errors.ts';
import type { FaultData, MomentRef } from '../../sim/faults/fault.ts';
import { parseFault } from '../../sim/faults/parse.ts';
import { visible } from '../../reports/terminal/terminal-text.ts';
import { usage } from '../usage.ts';

/** @throws EddyError for the first line that is no fault sentence, or none that can come true here: `plan.txt:3:14: ...` */
export function readPlan(text: string, shown: string, components: readonly string[]): readonly FaultData[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line, n) => (/^\s*(#|$)/.test(line) ? [] : [readLine(line, `${shown}:${n + 1}`, components)]));
}

function readLine(line: string, where: string, components: readonly string[]): FaultData {
  let fault: FaultData;
  try {
    fault = parseFault(line);
  } catch (error) {
    if (!(error instanceof EddyError && error.code === 'EDDY_FAULT_SYNTAX')) throw error;
    const { column, expected } = error.data;
    throw usage(`${where}:${column}: this is no fault sentence: expected ${expected} here; see docs/faults.md`);
  }
  const why = needsRun(fault) ?? meetsNobody(fault, components);
  if (why !== undefined) throw usage(`${where}:1: this cannot happen here: ${visible(why)}`);
  return fault;
}

const OUTSIDE = 'clients are outside';

/** What the fault needs that there is only in a run; `undefined`: nothing. */
function needsRun(fault: FaultData): string | undefined {
  switch (fault.kind) {
    case 'burst':
      return 'a burst is of workload items, and there is no workload';
    case 'deploy':
      return `${OUTSIDE}, so Eddy cannot stop or replace them; a crash breaks their connections`;
    case 'pause':
      return `${OUTSIDE}, so Eddy cannot make them stand still`;
    case 'clock-skew':
      return `${OUTSIDE}, and their clocks are their own`;
    case 'store-error':
      return 'what fails is decided in a run; of a publish the confirm can be lost, of a delivery the ack';
    case 'conflict':
      return 'it is of a store, and there is none';
    case 'crash':
      if (fault.loss === 'host')
        return `${OUTSIDE}, so their hosts stay; a half-open connection is what a lost host leaves behind`;
      if (fault.restartUs !== undefined) return `${OUTSIDE}, and come back when they like; leave out "restart after"`;
      break;
    case 'rebalance':
      if (fault.by === 'poll') return `${OUTSIDE}, and measure the time between two polls themselves`;
      break;
    default:
  }
  return momentsOf(fault).some(({ at }) => at === 'send' || at === 'start')
    ? 'there is no workload that is sent and no service that is started; name a delivery, or the work of a client'
    : undefined;
}

function momentsOf(fault: FaultData): readonly MomentRef[] {
  if (fault.kind === 'hold') return [fault.site.moment, fault.until.moment];
  if (fault.kind === 'poison') return fault.moment ? [fault.moment] : [];
  if ('place' in fault) return [fault.place.moment];
  return 'site' in fault ? [fault.site.moment] : [];
}

/** The fault names a component that nobody is served from. */
function meetsNobody(fault: FaultData, components: readonly string[]): string | undefined {
  if (!('component' in fault) || components.includes(fault.component)) return undefined;
  return `there is no ${fault.component}; what is served is called ${components.join(' and ')}`;
}
