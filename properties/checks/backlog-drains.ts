/**
 * D5 for what is no queue: whatever is put in (a row into an outbox, say) comes to an end once all has healed. As for
 * eventual-delivery, a run that passes a bound has not drained.
 */
import type { Keyed } from '../../sim/selectors.ts';
import { anyOf, passed, type Property, type Verdict } from '../property.ts';
import { asKept } from './as-kept.ts';
import { Awaited } from './awaited.ts';
import { Keys } from './keys.ts';

/** @param o.name tells it from the other properties with the id D5 */
export function backlogDrains(
  put: Keyed<unknown>,
  ends: readonly Keyed<unknown>[],
  o: { name?: string } = {},
): Property {
  return {
    id: 'D5',
    name: o.name ?? 'backlog-drains',
    kind: 'liveness',
    selectors: [put],
    alternatives: ends,
    start() {
      const waiting = new Awaited(ends);
      let premises = 0;
      const keys = new Keys();
      return asKept({
        see(entry) {
          const began = keys.in(put, entry)?.key;
          if (began !== undefined) {
            premises++;
            waiting.begins(began, entry);
          }
          for (const end of ends) {
            const over = keys.in(end, entry)?.key;
            if (over !== undefined) waiting.ends(over);
          }
        },
        end(): Verdict {
          const { left } = waiting;
          const [first] = left;
          if (!first) return passed(premises, `${put.says}${keys.says}`);
          const expected = anyOf(ends);
          const says = `${put.says}: ${left.length} of ${premises} waited to the end, the first is "${first[0]}", expected ${expected}`;
          return { verdict: 'fail', says, evidence: [first[1]] };
        },
        unsee(lost) {
          const began = keys.in(put, lost)?.key;
          if (began !== undefined) {
            premises--;
            waiting.neverBegan(began, lost);
          }
          for (const end of ends) {
            const over = keys.in(end, lost)?.key;
            if (over !== undefined) waiting.neverEnded(over);
          }
        },
      });
    },
  };
}
