/**
 * D5 eventual-delivery: once all has healed, the backlog reaches zero: whatever a channel took in is settled in the end.
 * Of a log, each group that reads it has committed an offset above it, or was kept from that by a fault. Judged when the run is
 * quiet or has passed a bound.
 */
import { inShort } from '../../sim/faults/words.ts';
import type { Message } from '../../sim/brokers/message.ts';
import { patternOf, pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { LogBacklog } from './log-backlog.ts';
import { aboutMessage, concerns } from './messages.ts';
import { checkArguments } from './arguments.ts';

export function eventualDelivery(taken: Selector<Message>): Property {
  checkArguments('eventualDelivery', { taken: [taken, 'selector'] });
  const at = patternOf(taken);
  return {
    id: 'D5',
    name: 'eventual-delivery',
    kind: 'liveness',
    selectors: [taken],
    start() {
      const open = new Map<string, Entry>();
      const settled = new Set<string>();
      const log = new LogBacklog(at);
      let premises = 0;
      return {
        see(entry) {
          log.see(entry);
          if (pick(taken, entry)) {
            if (log.take(entry)) return;
            premises++;
            const { lineage } = aboutMessage(entry);
            // A confirm may come after the message was settled: it opens nothing again.
            if (entry.kind !== 'confirmed' || !settled.has(lineage)) open.set(lineage, entry);
          } else if (log.taken === 0 && concerns(entry, at)) {
            const { lineage, requeue } = aboutMessage(entry);
            if (entry.kind === 'delivered') open.set(lineage, entry);
            else if (SETTLING.has(entry.kind) && !requeue) {
              open.delete(lineage);
              settled.add(lineage);
            }
          }
        },
        end(): Verdict {
          if (log.taken > 0) return ofLog(taken.says, log);
          const [left] = open;
          if (!left) return passed(premises, taken.says);
          return {
            verdict: 'fail',
            says: `${taken.says}: ${open.size} not settled at the end; the first is ${inShort(left[0])}`,
            evidence: [left[1]],
          };
        },
      };
    },
  };
}

const SETTLING = new Set(['acked', 'nacked', 'deadLettered', 'dropped']);

function ofLog(says: string, log: LogBacklog): Verdict {
  const left = log.left();
  const [first] = left;
  if (!first) return passed(log.taken, says);
  const who = first.group === undefined ? 'which no group reads' : `of group ${first.group}`;
  return {
    verdict: 'fail',
    says: `${says}: ${left.length} not settled at the end; the first is ${inShort(first.lineage)}, ${who}`,
    evidence: [first.entry],
  };
}
