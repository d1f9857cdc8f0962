/** Faults as users write them: sentences. */
import { parseFault } from '../../sim/faults/parse.ts';
import { printFault } from '../../sim/faults/print.ts';
import type { FaultData } from '../../sim/faults/fault.ts';
import type { FaultKind } from '../scenario.ts';

/** A fault, made of its sentence by `fault`. */
export interface Fault {
  readonly sentence: string;
  readonly kind: FaultKind;
}

/**
 * `fault('2nd delivery of PaymentRequested#p1 to billing: crash after commit, before ack')`
 * @throws EddyError EDDY_FAULT_SYNTAX, with the column
 */
export function fault(sentence: string): Fault {
  return asFault(parseFault(sentence));
}

export function asFault(data: FaultData): Fault {
  return Object.freeze({ sentence: printFault(data), kind: kindOf(data) });
}

/** The id of its kind: what comes late, or is held back by a transaction, is delayed; a process that is slow for a while is slow; who is cut off is disconnected. */
export function kindOf({ kind }: FaultData): FaultKind {
  if (kind === 'slowness') return 'slow';
  if (kind === 'cut') return 'disconnect';
  return kind === 'late' || kind === 'open-transaction' ? 'delay' : kind;
}

export function dataOf(given: Fault | string): FaultData {
  return parseFault(typeof given === 'string' ? given : given.sentence);
}
