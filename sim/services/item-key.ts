/** The key of a workload item: faults, histories and shrinking refer to it by that. */
import { EddyError } from '../errors.ts';
import { messageOf, sentenceOf } from '../thrown.ts';

/** @throws EddyError EDDY_SCENARIO when the scenario's key function throws, or answers no text */
export function keyOfItem<I>(item: I, key: (item: I) => string): string {
  let name: unknown;
  try {
    name = key(item);
  } catch (error) {
    throw new EddyError('EDDY_SCENARIO', `The workload's key function threw on an item: ${sentenceOf(error)}`);
  }
  if (typeof name === 'string') return name;
  throw new EddyError(
    'EDDY_SCENARIO',
    `The workload's key function answered ${messageOf(name)} for an item, and no text`,
  );
}
