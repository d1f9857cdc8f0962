/**
 * D5 eventual-delivery: once all has healed, the backlog reaches zero: whatever a channel took in is settled in the end.
 * Judged when the run is quiet or has passed a bound.
 */
import type { Message } from '../../sim/brokers/message.ts';
import { patternOf, pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { aboutMessage, concerns } from './messages.ts';

export function eventualDelivery(taken: Selector<Message>): Property {
  const at = patternOf(taken);
  return {
    id: 'D5',
    name: 'eventual-delivery',
    kind: 'liveness',
    start() {
      const open = new Map<string, Entry>();
      const settled = new Set<string>();
      let premises = 0;
      return {
        see(entry) {
          if (pick(taken, entry)) {
            premises++;
            const { lineage } = aboutMessage(entry);
            // A confirm may come after the message was settled: it opens nothing again.
            if (entry.kind !== 'confirmed' || !settled.has(lineage)) open.set(lineage, entry);
          } else if (concerns(entry, at)) {
            const { lineage, requeue } = aboutMessage(entry);
            if (entry.kind === 'delivered') open.set(lineage, entry);
            else if (SETTLING.has(entry.kind) && !requeue) {
              open.delete(lineage);
              settled.add(lineage);
            }
          }
        },
        end(): Verdict {
          const [left] = open;
          if (!left) return passed(premises, taken.says);
          return {
            verdict: 'fail',
            says: `${taken.says}: ${open.size} not settled at the end; the first is ${left[0]}`,
            evidence: [left[1]],
          };
        },
      };
    },
  };
}

const SETTLING = new Set(['acked', 'nacked', 'deadLettered', 'dropped']);
