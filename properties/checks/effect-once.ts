/** I1 effect-once: at most one effect for each key. Trap: a count that compares with "< 1" can never fire. */
import { type Keyed, keyOf, pick } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict, withoutPart } from '../property.ts';
import { asKept } from './as-kept.ts';
import { recordAt } from './log-entries.ts';

/** @param o.name tells two of them apart; default: what the effect says */
export function effectOnce(effect: Keyed<unknown>, o: { name?: string } = {}): Property {
  return {
    id: 'I1',
    name: o.name ?? 'effect-once',
    kind: 'safety',
    selectors: [effect],
    start() {
      const first = new Map<string, Entry>();
      let twice: { key: string; entries: Entry[] } | undefined;
      let aside = 0;
      return asKept({
        see(entry) {
          const picked = pick(effect, entry);
          // Such a copy in a log is a fault's: the application that makes the effect sent it once.
          if (!picked || (entry.kind === 'published' && recordAt(entry)?.isCopy)) return;
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
        unsee(lost) {
          const picked = pick(effect, lost);
          const found = picked && keyOf(effect, picked.value);
          if (found && found !== 'no part' && first.get(found.key) === lost) first.delete(found.key);
        },
      });
    },
  };
}
