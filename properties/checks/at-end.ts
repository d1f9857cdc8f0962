/** A property of the user's own over the whole run, judged after heal and drain. */
import { pick, type Selector } from '../../sim/selectors.ts';
import type { TableSeen } from '../../sim/stores/tables.ts';
import { endsAtBound, type Entry, NOT_DRAINED, type Property, type Verdict } from '../property.ts';
import { judge } from './always.ts';
import { isOfSent, keptOf } from './as-kept.ts';
import { finalRows } from './final-rows.ts';
import { checkArguments } from './arguments.ts';

/** What there is when a run is over. */
export interface Seen {
  /** In the order of the history; what was sent in a transaction only if that was committed. */
  all<T>(of: Selector<T>): readonly T[];
  /** The final state of a table. */
  rows<R>(table: TableSeen<R>): readonly R[];
}

/** The id is the name. `holds` answers true, or a sentence about what is wrong. */
export function atEnd(name: string, holds: (seen: Seen) => true | string): Property {
  checkArguments('atEnd', { holds: [holds, 'function'] });
  return {
    id: name,
    name,
    kind: 'safety',
    looksAtAll: true,
    start() {
      const entries: Entry[] = [];
      return {
        see: (entry) => void entries.push(entry),
        end(): Verdict {
          const last = entries.at(-1);
          if (last && endsAtBound(last)) return NOT_DRAINED;
          if (entries.every(({ kind }) => BEGINNINGS.has(kind)))
            return { verdict: 'unknown', why: 'nothing happened in this run' };
          const looked: Entry[] = [];
          const answer = judge(() => holds(seenOf(entries, looked)));
          if (answer === true) return { verdict: 'pass', exercised: 1 };
          return { verdict: 'fail', says: answer, evidence: looked.slice(-20) };
        },
      };
    },
  };
}

/** What is there before anything happens. */
const BEGINNINGS = new Set(['started', 'seeded']);

/** What the check looks at is its evidence. */
function seenOf(entries: readonly Entry[], looked: Entry[]): Seen {
  let kept: ReadonlySet<Entry> | undefined;
  return {
    all<T>(of: Selector<T>): readonly T[] {
      if (isOfSent(of)) kept ??= keptOf(entries);
      const counting = isOfSent(of) ? kept : undefined;
      return entries.flatMap((entry) => {
        const picked = pick(of, entry);
        if (!picked || counting?.has(entry) === false) return [];
        looked.push(entry);
        return [picked.value];
      });
    },
    rows<R>(table: TableSeen<R>): readonly R[] {
      const rows = finalRows(entries, table.inserted);
      looked.push(...rows.map(({ entry }) => entry));
      return rows.map(({ row }) => row as R);
    },
  };
}
