/** The batches of one partition on a bench: the clock, the connection and what becomes of each attempt are set by hand. */
import { expect, test } from 'vitest';
import type { Step } from '../../../kernel/world.ts';
import { PartitionQueue, type Sending } from './accumulator.ts';
import type { Batch, Handed } from './batch.ts';
import { AttemptFailure } from './failure.ts';
import { configOf, type ProducerOptions } from './producer-config.ts';

interface Due {
  readonly atUs: number;
  readonly run: () => void;
}

/** What there is of a producer that its batches look at. */
class Sender implements Sending {
  nowUs = 0;
  canSend = true;
  readonly broker = 'log';
  readonly config;
  identity: Sending['identity'];
  /** Every attempt: `a b` where nobody numbers batches, else `a b from 0 in epoch 0`. */
  readonly attempts: string[] = [];
  /** `a stored`, `b EDDY_TIMEOUT` */
  readonly ends: string[] = [];
  readonly queue: PartitionQueue;
  readonly #underWay = new Map<string, Batch>();
  readonly #due = new Set<Due>();

  constructor(options: ProducerOptions, maxBytes = 1_000_000) {
    this.config = configOf(options, '4.1');
    this.identity = this.config.idempotence ? { id: 7, epoch: 0 } : undefined;
    this.queue = new PartitionQueue(this, 'one', 0, maxBytes);
  }

  add(id: string, bytes = 10): void {
    const draft = { message: { id, type: 'T' } } as Handed['draft'];
    const moment = {} as Handed['moment'];
    const rest = { draft, moment, key: undefined, tombstone: false, bytes, call: 0 };
    this.queue.add({
      ...rest,
      stored: () => void this.ends.push(`${id} stored`),
      failed: (error) => void this.ends.push(`${id} ${(error as { code?: string }).code}`),
    });
  }

  attempt(_: PartitionQueue, batch: Batch): void {
    const { sequence } = batch;
    const name = idsOf(batch);
    this.attempts.push(sequence ? `${name} from ${sequence.first} in epoch ${sequence.epoch}` : name);
    this.#underWay.set(name, batch);
  }

  /** The attempt that is under way with these records ends. */
  answer(name: string, answer: 'stored' | AttemptFailure): void {
    const batch = this.#underWay.get(name) as Batch;
    this.#underWay.delete(name);
    if (answer === 'stored') this.queue.stored(batch, 0);
    else this.queue.failed(batch, answer);
  }

  bumpEpoch(): void {
    if (this.identity) this.identity = { id: this.identity.id, epoch: this.identity.epoch + 1 };
  }

  later(us: number, run: () => void): Step {
    const due = { atUs: this.nowUs + us, run };
    this.#due.add(due);
    return due as unknown as Step;
  }

  cancel(step: Step): void {
    this.#due.delete(step as unknown as Due);
  }

  heldUp(): void {}
  gaveUp(): void {}

  wait(ms: number): void {
    const untilUs = this.nowUs + ms * 1000;
    for (;;) {
      const [next] = [...this.#due].filter(({ atUs }) => atUs <= untilUs).toSorted((a, b) => a.atUs - b.atUs);
      if (!next) break;
      this.#due.delete(next);
      this.nowUs = next.atUs;
      next.run();
    }
    this.nowUs = untilUs;
  }
}

const idsOf = (batch: Batch): string => batch.handed.map(({ draft }) => draft.message.id).join(' ');

const isLost = new AttemptFailure('DISCONNECTED', true);
const isGap = new AttemptFailure('OUT_OF_ORDER_SEQUENCE_NUMBER', false);

test('what is numbered anew waits until nothing is under way by an old number', () => {
  const sender = new Sender({ deliveryTimeoutMs: 1_000 });
  sender.add('first');
  sender.answer('first', 'stored');
  sender.add('a');
  sender.wait(500);
  for (const id of ['b', 'c']) sender.add(id);
  sender.answer('a', isLost);
  sender.answer('b', isGap);
  sender.wait(500);
  sender.answer('a', isLost);
  expect(sender.ends).toEqual(['first stored', 'a EDDY_TIMEOUT']);
  sender.answer('b', isGap);
  const before = sender.attempts.length;
  sender.wait(200);
  expect(sender.attempts).toHaveLength(before);
  sender.answer('c', isGap);
  sender.wait(200);
  sender.answer('b', 'stored');
  expect(sender.attempts.slice(before)).toEqual(['b from 0 in epoch 1', 'c from 1 in epoch 1']);
});

test('a batch that is given up leaves the one alone that records are still put into', () => {
  const sender = new Sender({ idempotence: false, lingerMs: 50, deliveryTimeoutMs: 1_000 });
  sender.canSend = false;
  sender.add('a');
  sender.wait(990);
  sender.queue.flush();
  sender.add('b');
  sender.wait(10);
  expect(sender.ends).toEqual(['a EDDY_UNAVAILABLE']);
  sender.canSend = true;
  sender.wait(50);
  expect(sender.attempts).toEqual(['b']);
});

test.each([
  [16_384, ['a b', 'c']],
  [16_385, ['a', 'b c']],
])('a batch has 16 384 bytes at most: %i together', (bytes, attempts) => {
  const sender = new Sender({ idempotence: false, lingerMs: 50 });
  sender.add('a', 384);
  sender.add('b', bytes - 384);
  sender.add('c', 1);
  sender.wait(50);
  expect(sender.attempts).toEqual(attempts);
});

test('nor more than its topic takes', () => {
  const sender = new Sender({ idempotence: false, lingerMs: 50 }, 100);
  for (const id of ['a', 'b', 'c']) sender.add(id, 50);
  sender.wait(50);
  expect(sender.attempts).toEqual(['a b', 'c']);
});
