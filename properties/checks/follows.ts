/** What X1 and X2 share: for each key of the one there is, by the end, the other. */
import type { Keyed } from '../../sim/selectors.ts';
import { endsAtBound, type Entry, NOT_DRAINED, passed, type Property, type Verdict } from '../property.ts';
import { asKept } from './as-kept.ts';
import { Keys } from './keys.ts';

export function follows(
  what: Pick<Property, 'id' | 'name' | 'kind'>,
  first: Keyed<unknown>,
  other: Keyed<unknown>,
): Property {
  return {
    ...what,
    selectors: [first],
    alternatives: [other],
    start() {
      const premises = new Map<string, Entry>();
      /** How often each. */
      const met = new Map<string, number>();
      let drained = true;
      const keys = new Keys();
      return asKept({
        see(entry) {
          if (endsAtBound(entry)) drained = false;
          const premise = keys.in(first, entry)?.key;
          if (premise !== undefined && !premises.has(premise)) premises.set(premise, entry);
          const end = keys.in(other, entry)?.key;
          if (end !== undefined) met.set(end, (met.get(end) ?? 0) + 1);
        },
        end(): Verdict {
          const missing = [...premises].filter(([key]) => !met.get(key));
          const [lost] = missing;
          if (!lost) return passed(premises.size, `${first.says}${keys.says}`);
          if (!drained) return NOT_DRAINED;
          const says = `${first.says}: ${missing.length} of ${premises.size} without any ${other.says}; the first is "${lost[0]}"`;
          return { verdict: 'fail', says, evidence: [lost[1]] };
        },
        unsee(lost) {
          const premise = keys.in(first, lost)?.key;
          if (premise !== undefined && premises.get(premise) === lost) premises.delete(premise);
          const end = keys.in(other, lost)?.key;
          if (end !== undefined) met.set(end, (met.get(end) ?? 1) - 1);
        },
      });
    },
  };
}
