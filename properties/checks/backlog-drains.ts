/**
 * D5 for what is no queue: whatever is put in (a row into an outbox, say) comes to an end once all has healed. As for
 * eventual-delivery, a run that passes a bound has not drained.
 */
import type { Keyed } from '../../sim/selectors.ts';
import { anyOf, type Entry, passed, type Property, type Verdict } from '../property.ts';
import { asKept } from './as-kept.ts';
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
      const open = new Map<string, Entry>();
      const ended = new Set<string>();
      let premises = 0;
      const keys = new Keys();
      return asKept({
        see(entry) {
          const began = keys.in(put, entry)?.key;
          if (began !== undefined) {
            premises++;
            if (!ended.has(began) && !open.has(began)) open.set(began, entry);
          }
          for (const end of ends) {
            const over = keys.in(end, entry)?.key;
            if (over === undefined) continue;
            ended.add(over);
            open.delete(over);
          }
        },
        end(): Verdict {
          const [left] = open;
          if (!left) return passed(premises, `${put.says}${keys.says}`);
          const expected = anyOf(ends);
          const says = `${put.says}: ${open.size} of ${premises} waited to the end, the first is "${left[0]}", expected ${expected}`;
          return { verdict: 'fail', says, evidence: [left[1]] };
        },
        unsee(lost) {
          const began = keys.in(put, lost)?.key;
          if (began !== undefined && open.get(began) === lost) open.delete(began);
        },
      });
    },
  };
}
