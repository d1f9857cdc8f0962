/**
 * What rows were before the moments that show a failure changed them: the last change that somebody else had made. It led to
 * what they found, and no cause says so, since reading a row leaves no entry.
 */
import type { Entry } from '../../../sim/history/history.ts';
import { placeOf, textOf, toldBy } from './told.ts';

const CHANGES: ReadonlySet<string> = new Set(['inserted', 'updated', 'deleted']);

/** In the order of the history. */
export function rowsBefore(entries: readonly Entry[], evidence: readonly Entry[]): Entry[] {
  const moments = new Set(evidence.map(momentOf));
  const last = new Map<string, Entry>();
  const found = new Set<Entry>();
  for (const entry of entries) {
    if (!CHANGES.has(entry.kind)) continue;
    const row = `${placeOf(entry)}/${textOf(toldBy(entry).about['key'])}`;
    const before = last.get(row);
    if (before && moments.has(momentOf(entry)) && momentOf(before) !== momentOf(entry)) found.add(before);
    last.set(row, entry);
  }
  return [...found].toSorted((a, b) => a.n - b.n);
}

function momentOf({ process, causes }: Entry): string {
  return `${process} ${causes[0]}`;
}
