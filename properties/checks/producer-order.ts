/**
 * O1 producer-order: for each key the records of one producer stand in its log in the order in which they were sent. Judged
 * within a partition, so a key that moves when partitions are added is none the worse for it; of a record that was
 * appended twice the first counts, and what a failover cut off was never there.
 */
import type { Message } from '../../sim/brokers/message.ts';
import { patternOf, pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { quietly } from './keys.ts';
import { cutOff, recordAt } from './log-entries.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

interface Sent {
  /** Which of its producer's calls it was. */
  readonly call: number;
  readonly offset: number;
  readonly id: string;
  readonly entry: Entry;
}

/** What stands in the wrong place, unless it is cut off there. */
interface Failure {
  readonly says: string;
  readonly evidence: readonly Entry[];
  readonly at: { readonly partition: string; readonly offset: number };
}

/** What one producer sent for one key to one partition: first occurrences, in the order of the log. */
class Line {
  readonly #sent: Sent[] = [];
  readonly #calls = new Set<number>();

  constructor(readonly partition: string) {}

  /** The one before it; none when this is the first, or one that was there before. */
  add(sent: Sent): Sent | undefined {
    if (this.#calls.has(sent.call)) return undefined;
    const before = this.#sent.at(-1);
    this.#calls.add(sent.call);
    this.#sent.push(sent);
    return before;
  }

  cutOff(to: number): void {
    for (let last = this.#sent.at(-1); last && last.offset >= to; last = this.#sent.at(-1)) {
      this.#sent.pop();
      this.#calls.delete(last.call);
    }
  }
}

/**
 * @param published records as a log took them
 * @param perKey what must keep its order; default: the record's key. Where it throws or gives nothing, no order is asked for
 */
export function producerOrder<B>(
  published: Selector<Message<B>>,
  perKey: (message: Message<B>) => string | undefined = ({ key }) => key,
  o: { name?: string } = {},
): Property {
  checkArguments('producerOrder', { published: [published, 'selector'], perKey: [perKey, 'function'] });
  checkSlips('producerOrder', o, { name: true });
  const log = patternOf(published as Selector<unknown>);
  return {
    id: 'O1',
    name: o.name ?? 'producer-order',
    kind: 'safety',
    selectors: [published as Selector<unknown>],
    start() {
      const lines = new Map<string, Line>();
      let exercised = 0;
      let failures: Failure[] = [];
      return {
        see(entry) {
          const cut = cutOff(entry, log);
          if (cut) {
            for (const line of lines.values()) if (line.partition === cut.partition) line.cutOff(cut.to);
            failures = failures.filter(({ at }) => at.partition !== cut.partition || at.offset < cut.to);
          }
          const found = pick(published, entry);
          if (found) judge(found.value, entry);
        },
        end(): Verdict {
          const [failed] = failures;
          if (!failed) return passed(exercised, `second ${published.says} for one key`);
          return { verdict: 'fail', says: failed.says, evidence: failed.evidence };
        },
      };
      function judge(message: Message<B>, entry: Entry): void {
        const at = recordAt(entry);
        const key = quietly(() => perKey(message));
        if (at?.producer === undefined || at.call === undefined || key === undefined) return;
        const { producer, partition, call, offset } = at;
        const name = JSON.stringify([producer, partition, key]);
        const line = lines.get(name) ?? new Line(partition);
        lines.set(name, line);
        const before = line.add({ call, offset, id: message.id, entry });
        if (before) exercised++;
        if (!before || before.call < call) return;
        const says = `${published.says}: "${message.id}" stands behind "${before.id}" in ${partition}, and was sent before it, for "${key}"`;
        failures.push({ says, evidence: [before.entry, entry], at });
      }
    },
  };
}
