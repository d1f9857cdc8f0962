import type {
  Arrival,
  ClockJump,
  ClockWindow,
  FaultData,
  GracefulStop,
  MomentRef,
  OperationRef,
  Place,
  RollOut,
  RollOutAt,
  Site,
} from './fault.ts';
import { printCut } from './cut.ts';
import type { Failover } from './log-fault.ts';
import { printLogWindow } from './print-log.ts';
import { ordinal, printDuration, printName } from './words.ts';

/** The sentence of a fault; `parseFault` reads it back as the same fault. */
export function printFault(fault: FaultData): string {
  switch (fault.kind) {
    case 'crash': {
      const word = fault.loss === 'process' ? 'crash' : 'host loss';
      const restart = fault.restartUs === undefined ? '' : `, restart after ${printDuration(fault.restartUs)}`;
      return `${printPlace(word, fault.place)}${restart}`;
    }
    case 'disconnect':
      return printPlace(
        `${fault.halfOpen ? 'half-open connection to' : 'disconnect from'} ${printName(fault.component)}`,
        fault.place,
      );
    case 'pause':
      return printPlace(`pause of ${printDuration(fault.forUs)}`, fault.place);
    case 'ack-lost':
      return `${printSite(fault.site)} is lost`;
    case 'confirm-lost':
      return `${printMoment(fault.site.moment)}: confirm of ${printOperation(fault.site.operation)} is lost`;
    case 'store-error':
      return `${printSite(fault.site)} fails`;
    case 'conflict':
      return `${printSite(fault.site)} conflicts`;
    case 'commit-unknown':
      return `${printMoment(fault.site.moment)}: answer of ${printOperation(fault.site.operation)} is lost, ${
        fault.applied ? 'applied' : 'not applied'
      }`;
    case 'delay':
      return `${printSite(fault.site)} takes ${printDuration(fault.byUs)} longer`;
    case 'slow':
      return `${printSite(fault.site)} answers ${printDuration(fault.byUs)} late`;
    case 'hold':
      return `${printSite(fault.site)} is held until after ${printSite(fault.until)}`;
    case 'duplicate':
      return `${printArrival(fault.arrival)}: comes again after ${printDuration(fault.afterUs)}`;
    case 'late':
      return `${printArrival(fault.arrival)}: comes ${printDuration(fault.byUs)} late`;
    case 'poison':
      return `${fault.moment ? printMoment(fault.moment) : `every delivery of ${fault.lineage}`}: poison, ${fault.how}`;
    case 'outage':
      return `${printName(fault.component)} is ${fault.mode} from ${printDuration(fault.fromUs)} to ${printDuration(fault.toUs)}`;
    case 'slowness':
      return `every operation of ${printInstance(fault)} takes ${printDuration(fault.byUs)} longer from ${printDuration(fault.fromUs)} to ${printDuration(fault.toUs)}`;
    case 'cut':
      return printCut(fault);
    case 'burst':
      return `burst of ${fault.count} items from ${printName(fault.item)}`;
    case 'clock-skew':
      return 'place' in fault ? printJump(fault) : printSkew(fault);
    case 'deploy':
      return 'service' in fault ? printRollOut(fault) : printStop(fault);
    case 'rebalance':
      return 'place' in fault ? printPlace(OUT_BY[fault.by], fault.place) : printLogWindow(fault);
    case 'failover':
      return 'place' in fault ? printFailover(fault) : printLogWindow(fault);
    case 'retention':
    case 'open-transaction':
      return printLogWindow(fault);
  }
}

const OUT_BY = { session: 'session times out', poll: 'poll interval is exceeded' } as const;

function printFailover({ component, unclean, place }: Failover): string {
  return printPlace(`leader of ${printName(component)} fails over${unclean ? ' uncleanly' : ''}`, place);
}

function printStop({ place, graceUs }: GracefulStop): string {
  return `${printPlace('graceful stop', place)}${graceUs === undefined ? '' : `, grace of ${printDuration(graceUs)}`}`;
}

function printRollOut(fault: RollOut | RollOutAt): string {
  const what = `deploy of ${printName(fault.service)}`;
  const start = 'place' in fault ? printPlace(what, fault.place) : `${what} at ${printDuration(fault.atUs)}`;
  return fault.overlapUs === undefined ? start : `${start}, overlap of ${printDuration(fault.overlapUs)}`;
}

function printJump({ place, byUs }: ClockJump): string {
  return printPlace(`clock jumps ${printDuration(Math.abs(byUs))} ${byUs < 0 ? 'back' : 'forward'}`, place);
}

/** `billing`, or `billing/1` */
function printInstance({ service, instance }: { service: string; instance?: number }): string {
  return `${printName(service)}${instance === undefined ? '' : `/${instance}`}`;
}

function printSkew({ byUs, fromUs, toUs, ...whose }: ClockWindow): string {
  const off = `${printDuration(Math.abs(byUs))} ${byUs < 0 ? 'behind' : 'ahead'}`;
  return `clock of ${printInstance(whose)} is ${off} from ${printDuration(fromUs)} to ${printDuration(toUs)}`;
}

/** `2nd delivery of PaymentRequested#p1 to billing` */
export function printMoment(moment: MomentRef): string {
  switch (moment.at) {
    case 'delivery':
      return `${ordinal(moment.nth)} delivery of ${moment.lineage} to ${printName(moment.service)}`;
    case 'send':
      return `${ordinal(moment.nth)} send of ${printName(moment.item)}`;
    case 'start':
      return `${ordinal(moment.nth)} start of ${printName(moment.service)}`;
    case 'work':
      return `work of ${printName(moment.service)}`;
  }
}

/** `commit on db`, or `2nd commit on db` for the second of its moment. */
export function printOperation(operation: OperationRef): string {
  return operation.nth === 1 ? operation.phrase : `${ordinal(operation.nth)} ${operation.phrase}`;
}

function printSite(site: Site): string {
  return `${printMoment(site.moment)}: ${printOperation(site.operation)}`;
}

/** `1st arrival of PaymentRequested#p1 in payments` */
export function printArrival(arrival: Arrival): string {
  return `${ordinal(arrival.nth)} arrival of ${arrival.lineage} in ${printName(arrival.channel)}`;
}

function printPlace(what: string, place: Place): string {
  const start = `${printMoment(place.moment)}: ${what}`;
  if (!place.operation) return `${start} on receipt`;
  const operation = printOperation(place.operation);
  if (place.gap === 'between') return `${start} between ${operation} and its answer`;
  return `${start} ${place.gap} ${operation}${place.next ? `, before ${printOperation(place.next)}` : ''}`;
}
