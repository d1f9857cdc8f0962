/** What a fault strikes: a workload item by any of its messages, or a service. */
import type { FaultData, MomentRef, OperationRef } from '../../sim/faults/fault.ts';
import { rootOf } from '../../sim/faults/words.ts';

/** What a service does on its own is struck at each of its operations: they are rounds of one poll, far apart. */
export function strikesAt(moment: MomentRef, operation?: OperationRef): string {
  if (moment.at === 'delivery') return rootOf(moment.lineage);
  if (moment.at === 'send') return moment.item;
  return moment.at === 'work' ? `${moment.service} ${operation?.phrase ?? ''}` : moment.service;
}

/** Nothing for what lasts from one time to another. */
export function strikes(fault: FaultData): string | undefined {
  if ('arrival' in fault) return rootOf(fault.arrival.lineage);
  if ('lineage' in fault) return rootOf(fault.lineage);
  const at = 'site' in fault ? fault.site : 'place' in fault ? fault.place : undefined;
  return at && strikesAt(at.moment, at.operation);
}
