/** Which entries of a history the page shows: all of a short one; of a long one what matters, its start and its end. */
import type { EntryResult, FailureResult } from '../../properties/runner/result.ts';

export const ROWS_MAX = 400;

const MARKS: ReadonlySet<string> = new Set(['fault', 'crashed', 'stopping', 'stopped', 'outage', 'healed']);

export interface Chosen {
  readonly entries: readonly EntryResult[];
  /** Entries of the run that are not shown, those that the result left out included. */
  readonly cut: number;
}

export function chosenEntries({ history, evidence, entriesCut }: FailureResult, max = ROWS_MAX): Chosen {
  if (history.length <= max) return { entries: history, cut: entriesCut };
  const order = [...mattering(history, evidence), ...fromBothEnds(history.length)];
  const taken = new Set<number>();
  for (const index of order) {
    if (taken.size >= max) break;
    taken.add(index);
  }
  return { entries: history.filter((_, index) => taken.has(index)), cut: entriesCut + history.length - max };
}

/** Evidence, what led to it, and what Eddy did to the run: indexes into the history. */
function mattering(history: readonly EntryResult[], evidence: readonly number[]): readonly number[] {
  const indexes = new Map(history.map(({ n }, index) => [n, index]));
  const cone = new Set(evidence);
  for (const n of cone) {
    const index = indexes.get(n);
    for (const cause of (index === undefined ? undefined : history[index]?.causes) ?? []) cone.add(cause);
  }
  const marked = history.flatMap(({ kind }, index) => (MARKS.has(kind) ? [index] : []));
  return [...[...cone].flatMap((n) => indexes.get(n) ?? []), ...marked];
}

function* fromBothEnds(length: number): Generator<number> {
  for (let n = 0; n < length; n++) {
    yield n;
    yield length - 1 - n;
  }
}
