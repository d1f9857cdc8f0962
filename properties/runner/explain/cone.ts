/** The causal slice of a failure: its evidence and all that happened before it and led to it. */
import type { Entry } from '../../../sim/history/history.ts';
import { rowsBefore } from './rows-before.ts';

/** Numbers of entries. */
export function sliceOf(entries: readonly Entry[], evidence: readonly Entry[]): number[] {
  return coneOf(
    entries,
    [...evidence, ...rowsBefore(entries, evidence)].map(({ n }) => n),
  );
}

/**
 * The happens-before cone over the entries' causes, in the order of the history.
 * @param from numbers of entries; those that the history does not hold are passed over
 */
export function coneOf(entries: readonly Entry[], from: readonly number[]): number[] {
  const cone = new Set(from.filter((n) => entries[n] !== undefined));
  for (const n of cone) for (const cause of entries[n]?.causes ?? []) cone.add(cause);
  return [...cone].toSorted((a, b) => a - b);
}
