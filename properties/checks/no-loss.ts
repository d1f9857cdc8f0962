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
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

export function noLoss(sent: Keyed<unknown>, ends: readonly Keyed<unknown>[], o: { name?: string } = {}): Property {
  checkArguments('noLoss', { sent: [sent, 'keyed'], ends: [ends, 'keyed ones'] });
  checkSlips('noLoss', o, { name: true });
  return {
    id: 'D1',
    name: o.name ?? 'no-loss',
    kind: 'safety',
    selectors: [sent],
    alternatives: ends,
    start() {
      const waiting = new Awaited(sent, ends);
      const declaredLoss = declaredLosses(sent);
      let drained = true;
      return asKept({
        see(entry) {
          if (endsAtBound(entry)) drained = false;
          waiting.see(entry);
          waiting.isOver(declaredLoss(entry));
        },
        end(): Verdict {
          const { left, premises, keys } = waiting;
          const [lost] = left;
          if (lost && !drained) return NOT_DRAINED;
          if (!lost) return passed(premises, `${sent.says}${keys.says}`);
          const says = `${sent.says}: ${left.length} of ${premises} came to no end; the first is "${lost[0]}", expected ${anyOf(ends)}`;
          return { verdict: 'fail', says, evidence: [lost[1]] };
        },
        unsee: (lost) => waiting.unsee(lost),
      });
    },
  };
}
