/** What the history of a million entries keeps in memory, its digest included: queue round trips as a run records them. */
import type { Entry } from '../../sim/history/history.ts';
import { play, roundTrips } from './queue.ts';
import type { Row } from './row.ts';
import { collect } from '../collect.ts';

const ENTRIES = 1_000_000;
/** Entries that a round trip leaves: sent, published, delivered, confirmed, inserted, acked. */
const PER_TRIP = 6;

/** The run itself, its world, broker and rows, is forgotten. */
async function historyOf(entries: number): Promise<{ entries: readonly Entry[]; digest: string }> {
  const record = await play(roundTrips(), Math.ceil(entries / PER_TRIP));
  return { entries: record.entries, digest: record.digest };
}

export const history: readonly Row[] = [
  {
    name: 'a million entries of queue round trips, kept and hashed',
    unit: 'MB',
    bar: 400,
    holds: 'at most',
    rounds: 1,
    async measure() {
      await historyOf(1);
      collect();
      const before = process.memoryUsage().heapUsed;
      const kept = await historyOf(ENTRIES);
      collect();
      const bytes = process.memoryUsage().heapUsed - before;
      if (kept.digest === '' || kept.entries.length < ENTRIES) throw new Error('not all was kept');
      return bytes / 1e6;
    },
  },
];
