/** I1 effect-once: at most one effect for each key. Trap: a count that compares with "< 1" can never fire. */
import { type Keyed, keyOf, pick } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict, withoutPart } from '../property.ts';

/** @param o.name tells two of them apart; default: what the effect says */
export function effectOnce(effect: Keyed<unknown>, o: { name?: string } = {}): Property {
  return {
    id: 'I1',
    name: o.name ?? 'effect-once',
    kind: 'safety',
    start() {
      const first = new Map<string, Entry>();
      let twice: { key: string; entries: Entry[] } | undefined;
      let aside = 0;
      return {
        see(entry) {
          const picked = pick(effect, entry);
          if (!picked) return;
          const found = keyOf(effect, picked.value);
          if (found === 'no part') {
            aside++;
            return;
          }
          const before = first.get(found.key);
          if (!before) first.set(found.key, entry);
          else if (!twice) twice = { key: found.key, entries: [before, entry] };
          else if (twice.key === found.key) twice.entries.push(entry);
        },
        end(): Verdict {
          if (twice) {
            const { key, entries } = twice;
            return {
              verdict: 'fail',
              says: `${effect.says}: ${entries.length} times for "${key}", expected once`,
              evidence: entries,
            };
          }
          return passed(first.size, `${effect.says} with a key${withoutPart(aside)}`);
        },
      };
    },
  };
}
