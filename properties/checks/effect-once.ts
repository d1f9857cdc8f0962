/** I1 effect-once: at most one effect for each key. Trap: a count that compares with "< 1" can never fire. */
import type { Keyed } from '../../sim/selectors.ts';
import { passed, type Property, type Verdict } from '../property.ts';
import { asKept } from './as-kept.ts';
import { Keys } from './keys.ts';
import { recordAt } from './log-entries.ts';
import { Standing } from './standing.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

/** @param o.name tells two of them apart; default: what the effect says */
export function effectOnce(effect: Keyed<unknown>, o: { name?: string } = {}): Property {
  checkArguments('effectOnce', { effect: [effect, 'keyed'] });
  checkSlips('effectOnce', o, { name: true });
  return {
    id: 'I1',
    name: o.name ?? 'effect-once',
    kind: 'safety',
    selectors: [effect],
    start() {
      const made = new Standing();
      const keys = new Keys();
      return asKept({
        see(entry) {
          // Such a copy in a log is a fault's: the application that makes the effect sent it once.
          const isCopy = entry.kind === 'published' && recordAt(entry)?.isCopy;
          if (!isCopy) made.add(keys.in(effect, entry)?.key, entry);
        },
        end(): Verdict {
          const [twice] = made.several();
          if (!twice) return passed(made.size, `${effect.says}${keys.says}`);
          const { key, entries } = twice;
          const says = `${effect.says}: ${entries.length} times for "${key}", expected once`;
          return { verdict: 'fail', says, evidence: entries };
        },
        unsee: (lost) => made.remove(keys.in(effect, lost)?.key, lost),
      });
    },
  };
}
