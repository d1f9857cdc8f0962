/**
 * O1 producer-order: for each key the records of one producer stand in its log in the order in which they were sent. Judged
 * within a partition, so a key that moves when partitions are added is none the worse for it; of a record that was
 * appended twice the first counts, and what a failover cut off was never there.
 */
import type { Message } from '../../sim/brokers/message.ts';
import { patternOf, pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { quietly } from './keys.ts';
import { partitionEvent, recordAt } from './log-entries.ts';

interface Sent {
  readonly call: number;
  readonly offset: number;
  readonly id: string;
  readonly entry: Entry;
}

/** What one producer sent for one key to one partition, first occurrences, in the order of the log. */
interface Line {
  readonly partition: string;
  readonly sent: Sent[];
  readonly calls: Set<number>;
}

/**
 * @param published records as a log took them
 * @param perKey what must keep its order; default: the record's key. Throws, or gives nothing: this one takes no part
 */
export function producerOrder<B>(
  published: Selector<Message<B>>,
  perKey: (message: Message<B>) => string | undefined = ({ key }) => key,
  o: { name?: string } = {},
): Property {
  const log = patternOf(published as Selector<unknown>);
  return {
    id: 'O1',
    name: o.name ?? 'producer-order',
    kind: 'safety',
    start() {
      const lines = new Map<string, Line>();
      let exercised = 0;
      let failed: { says: string; evidence: Entry[] } | undefined;
      return {
        see(entry) {
          if (failed) return;
          const cut = entry.kind === 'truncated' ? partitionEvent(entry, log) : undefined;
          if (cut) cutOff(cut.name, cut.to ?? 0);
          const found = pick(published, entry);
          if (found) judge(found.value, entry);
        },
        end: (): Verdict =>
          failed ? { verdict: 'fail', ...failed } : passed(exercised, `second ${published.says} for one key`),
      };
      function judge(message: Message<B>, entry: Entry): void {
        const at = recordAt(entry);
        const key = quietly(() => perKey(message));
        if (at?.producer === undefined || at.call === undefined || at.isCopy || key === undefined) return;
        const { call, offset, partition } = at;
        const name = JSON.stringify([at.producer, partition, key]);
        const line = lines.get(name) ?? { partition, sent: [], calls: new Set() };
        lines.set(name, line);
        if (line.calls.has(call)) return;
        const before = line.sent.at(-1);
        line.calls.add(call);
        line.sent.push({ call, offset, id: message.id, entry });
        if (!before) return;
        exercised++;
        if (before.call < call) return;
        const says = `${published.says}: "${message.id}" stands behind "${before.id}" in ${partition}, and was sent before it, for "${key}"`;
        failed = { says, evidence: [before.entry, entry] };
      }
      function cutOff(partition: string, to: number): void {
        for (const line of lines.values()) {
          if (line.partition !== partition) continue;
          for (let last = line.sent.at(-1); last && last.offset >= to; last = line.sent.at(-1)) {
            line.sent.pop();
            line.calls.delete(last.call);
          }
        }
      }
    },
  };
}
