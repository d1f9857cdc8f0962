/**
 * D1 no-loss: every message whose publish was confirmed has one of the `ends` that are named (an effect; a dead letter, where it counts as
 * one), or a loss that the configuration declares (unroutable, expired, dropped from a full queue, cut away by a log's retention).
 * Judged after heal and drain.
 */
import type { Keyed } from '../../sim/selectors.ts';
import { anyOf, endsAtBound, NOT_DRAINED, passed, type Property, type Verdict } from '../property.ts';
import { asKept } from './as-kept.ts';
import { Awaited } from './awaited.ts';
import { declaredLosses } from './declared-loss.ts';
import { Keys } from './keys.ts';

export function noLoss(sent: Keyed<unknown>, ends: readonly Keyed<unknown>[], o: { name?: string } = {}): Property {
  return {
    id: 'D1',
    name: o.name ?? 'no-loss',
    kind: 'safety',
    selectors: [sent],
    alternatives: ends,
    start() {
      const waiting = new Awaited(ends);
      const declaredLoss = declaredLosses(sent);
      const keys = new Keys();
      let premises = 0;
      let drained = true;
      return asKept({
        see(entry) {
          if (endsAtBound(entry)) drained = false;
          const began = keys.in(sent, entry)?.key;
          if (began !== undefined) {
            premises++;
            waiting.begins(began, entry);
          }
          for (const end of ends) {
            const over = keys.in(end, entry)?.key;
            if (over !== undefined) waiting.ends(over);
          }
          const declared = declaredLoss(entry);
          if (declared !== undefined) waiting.ends(declared);
        },
        end(): Verdict {
          const { left } = waiting;
          const [lost] = left;
          if (lost && !drained) return NOT_DRAINED;
          if (!lost) return passed(premises, `${sent.says}${keys.says}`);
          const says = `${sent.says}: ${left.length} of ${premises} came to no end; the first is "${lost[0]}", expected ${anyOf(ends)}`;
          return { verdict: 'fail', says, evidence: [lost[1]] };
        },
        unsee(lost) {
          const began = keys.in(sent, lost)?.key;
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
