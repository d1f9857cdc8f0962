/**
 * D5 for what is no queue: whatever is put in (a row into an outbox, say) comes to an end once all has healed. As for
 * eventual-delivery, a run that passes a bound has not drained.
 */
import type { Keyed } from '../../sim/selectors.ts';
import { anyOf, passed, type Property, type Verdict } from '../property.ts';
import { asKept } from './as-kept.ts';
import { Awaited } from './awaited.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

/** @param o.name tells it from the other properties with the id D5 */
export function backlogDrains(
  put: Keyed<unknown>,
  ends: readonly Keyed<unknown>[],
  o: { name?: string } = {},
): Property {
  checkArguments('backlogDrains', { put: [put, 'keyed'], ends: [ends, 'keyed ones'] });
  checkSlips('backlogDrains', o, { name: true });
  return {
    id: 'D5',
    name: o.name ?? 'backlog-drains',
    kind: 'liveness',
    selectors: [put],
    alternatives: ends,
    start() {
      const waiting = new Awaited(put, ends);
      return asKept({
        see: (entry) => waiting.see(entry),
        end(): Verdict {
          const { left, premises, keys } = waiting;
          const [first] = left;
          if (!first) return passed(premises, `${put.says}${keys.says}`);
          const expected = anyOf(ends);
          const says = `${put.says}: ${left.length} of ${premises} waited to the end, the first is "${first[0]}", expected ${expected}`;
          return { verdict: 'fail', says, evidence: [first[1]] };
        },
        unsee: (lost) => waiting.unsee(lost),
      });
    },
  };
}
