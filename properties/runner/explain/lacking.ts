/** What a passing twin did and the failing run did not: effects by kind and place, counted. */
import type { Entry } from '../../../sim/history/history.ts';
import { placeOf } from './told.ts';

const WHAT: Readonly<Record<string, string>> = {
  inserted: 'a row in',
  appended: 'an event in',
  snapshotted: 'a snapshot in',
  published: 'a message to',
  applied: 'a call of',
  deadLettered: 'a dead letter from',
};
const PLACES_MAX = 3;

/** `a row in db.charges, a message to mq.receipts`; empty when nothing is missing. */
export function lacking(run: readonly Entry[], twin: readonly Entry[]): string {
  const left = countsOf(twin);
  for (const [what, count] of countsOf(run)) left.set(what, (left.get(what) ?? 0) - count);
  const missing = [...left].filter(([, count]) => count > 0).map(([what]) => what);
  const more = missing.length > PLACES_MAX ? [`${missing.length - PLACES_MAX} more`] : [];
  return [...missing.slice(0, PLACES_MAX), ...more].join(', ');
}

function countsOf(entries: readonly Entry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const what = WHAT[entry.kind];
    if (what === undefined) continue;
    const place = `${what} ${placeOf(entry)}`;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return counts;
}
