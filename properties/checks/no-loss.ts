/**
 * D1 no-loss: every message whose publish was confirmed has one of the `ends` that are named (an effect; a dead letter, where it counts as
 * one), or a loss that the configuration declares (unroutable, expired, dropped from a full queue, cut away by a log's retention).
 * Judged after heal and drain.
 */
import { type Keyed, keyOf, pick } from '../../sim/selectors.ts';
import {
  anyOf,
  endsAtBound,
  type Entry,
  NOT_DRAINED,
  passed,
  type Property,
  type Verdict,
  withoutPart,
} from '../property.ts';
import { asKept } from './as-kept.ts';
import { declaredLosses } from './declared-loss.ts';

export function noLoss(sent: Keyed<unknown>, ends: readonly Keyed<unknown>[], o: { name?: string } = {}): Property {
  return {
    id: 'D1',
    name: o.name ?? 'no-loss',
    kind: 'safety',
    selectors: [sent],
    alternatives: ends,
    start() {
      const waiting = new Map<string, Entry>();
      const ended = new Set<string>();
      const declaredLoss = declaredLosses(sent);
      let premises = 0;
      let aside = 0;
      let drained = true;
      const key = (of: Keyed<unknown>, value: unknown): string | undefined => {
        const found = keyOf(of, value);
        if (found !== 'no part') return found.key;
        aside++;
        return undefined;
      };
      return asKept({
        see(entry) {
          if (endsAtBound(entry)) drained = false;
          const began = pick(sent, entry);
          const started = began && key(sent, began.value);
          if (started !== undefined) {
            premises++;
            if (!ended.has(started) && !waiting.has(started)) waiting.set(started, entry);
          }
          for (const end of ends) {
            const picked = pick(end, entry);
            const over = picked && key(end, picked.value);
            if (over !== undefined) settle(over);
          }
          const declared = declaredLoss(entry);
          if (declared !== undefined) settle(declared);
        },
        end(): Verdict {
          const [lost] = waiting;
          if (lost && !drained) return NOT_DRAINED;
          if (!lost) return passed(premises, `${sent.says} with a key${withoutPart(aside)}`);
          const says = `${sent.says}: ${waiting.size} of ${premises} came to no end; the first is "${lost[0]}", expected ${anyOf(ends)}`;
          return { verdict: 'fail', says, evidence: [lost[1]] };
        },
        unsee(lost) {
          const began = pick(sent, lost);
          const started = began && key(sent, began.value);
          if (started !== undefined && waiting.get(started) === lost) waiting.delete(started);
        },
      });
      function settle(over: string): void {
        ended.add(over);
        waiting.delete(over);
      }
    },
  };
}
