/**
 * Z1 bounded-in-flight: what is under way stays within its bounds: deliveries that a process holds unsettled, things that
 * wait, tries of the same.
 */
import { type Keyed, pick } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { Keys } from './keys.ts';
import { Unsettled } from './unsettled.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

/** What `boundedInFlight` is told besides. */
export interface InFlight {
  /** Deliveries that one process may hold unsettled: its prefetch. `begun` is what is delivered then. */
  readonly unacked?: number;
  /** How many keys may have begun and not come to an end: rows of a buffer, requests without their reply. */
  readonly waiting?: { readonly atMost: number; readonly until: readonly Keyed<unknown>[] };
  /** How often one key may begin: by so much may a fault multiply the load. */
  readonly tries?: number;
  readonly name?: string;
}

export function boundedInFlight(begun: Keyed<unknown>, o: InFlight): Property {
  checkArguments('boundedInFlight', { begun: [begun, 'keyed'], 'waiting.until': [o?.waiting?.until, 'keyed ones?'] });
  checkSlips('boundedInFlight', o, { unacked: true, waiting: true, tries: true, name: true });
  const { unacked = Infinity, tries = Infinity, waiting } = o;
  return {
    id: 'Z1',
    name: o.name ?? 'bounded-in-flight',
    kind: 'safety',
    selectors: [begun],
    alternatives: waiting?.until ?? [],
    start() {
      const open = new Map<string, Entry>();
      const tried = new Map<string, Entry[]>();
      const unsettled = new Unsettled();
      const keys = new Keys();
      let exercised = 0;
      let failed: { says: string; evidence: Entry[] } | undefined;
      return {
        see(entry) {
          unsettled.settles(entry);
          for (const end of waiting?.until ?? []) {
            const over = keys.in(end, entry);
            if (over) open.delete(over.key);
          }
          const found = keys.in(begun, entry);
          if (pick(begun, entry)) unsettled.begins(entry);
          if (!found) return;
          exercised++;
          if (waiting) waits(waiting.atMost, found.key, entry);
          const entries = tried.get(found.key) ?? [];
          tried.set(found.key, entries);
          entries.push(entry);
          if (entries.length > tries)
            fail(`"${found.key}" ${entries.length} times, expected at most ${tries}`, entries);
        },
        end(): Verdict {
          const [first] = unsettled.beyond(unacked);
          if (first) fail(`${first.process} held more than ${unacked} at a time`, first.entries);
          return failed ? { verdict: 'fail', ...failed } : passed(exercised, `${begun.says}${keys.says}`);
        },
      };
      function waits(atMost: number, key: string, entry: Entry): void {
        if (!open.has(key)) open.set(key, entry);
        if (open.size > atMost && !failed)
          fail(`${open.size} at a time, expected at most ${atMost}`, [...open.values()]);
      }
      function fail(says: string, evidence: readonly Entry[]): void {
        failed ??= { says: `${begun.says}: ${says}`, evidence: [...evidence] };
      }
    },
  };
}
