/** What X1 and X2 share: for each key of the one there is, by the end, the other. */
import { type Keyed, keyOf, pick } from '../../sim/selectors.ts';
import { endsAtBound, type Entry, NOT_DRAINED, passed, type Property, type Verdict, withoutPart } from '../property.ts';

export function follows(
  what: Pick<Property, 'id' | 'name' | 'kind'>,
  first: Keyed<unknown>,
  other: Keyed<unknown>,
): Property {
  return {
    ...what,
    start() {
      const premises = new Map<string, Entry>();
      const met = new Set<string>();
      let drained = true;
      let aside = 0;
      const keyIn = (of: Keyed<unknown>, entry: Entry): string | undefined => {
        const picked = pick(of, entry);
        const found = picked && keyOf(of, picked.value);
        if (found === 'no part') aside++;
        return found === undefined || found === 'no part' ? undefined : found.key;
      };
      return {
        see(entry) {
          if (endsAtBound(entry)) drained = false;
          const premise = keyIn(first, entry);
          if (premise !== undefined && !premises.has(premise)) premises.set(premise, entry);
          const end = keyIn(other, entry);
          if (end !== undefined) met.add(end);
        },
        end(): Verdict {
          const missing = [...premises].filter(([key]) => !met.has(key));
          const [lost] = missing;
          if (!lost) return passed(premises.size, `${first.says} with a key${withoutPart(aside)}`);
          if (!drained) return NOT_DRAINED;
          const says = `${first.says}: ${missing.length} of ${premises.size} without any ${other.says}; the first is "${lost[0]}"`;
          return { verdict: 'fail', says, evidence: [lost[1]] };
        },
      };
    },
  };
}
