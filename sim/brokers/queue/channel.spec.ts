/** What a channel does for clients of a wire protocol beside acks: shared prefetch, exclusive consumers, transactions, recovery. */
import { describe, expect, test } from 'vitest';
import { Bench, envelope, idOf } from './bench.fixture.ts';
import type { Channel, Consuming, Delivered } from './channel.ts';
import type { Profile } from './profile.ts';
import { refused } from './topology/told.fixture.ts';

const shape = { queues: { work: {}, other: {}, quorum: { type: 'quorum' } } } as const;

function take(bench: Bench, channel: Channel, queue = 'work', o: Consuming = {}): string[] {
  const taken: string[] = [];
  channel.consume(bench.queue(queue), o, (one: Delivered) => void taken.push(`${one.tag}:${idOf(one)}`));
  return taken;
}

function put(bench: Bench, queue: string, ...ids: readonly string[]): void {
  for (const id of ids) bench.broker.publish(envelope(id), [queue]);
}

describe('prefetch', () => {
  test('of a channel is that of consumers that come later', () => {
    const bench = new Bench(shape);
    const channel = bench.channel();
    const first = take(bench, channel);
    channel.qos(1);
    const second = take(bench, channel, 'other');
    for (const queue of ['work', 'other']) put(bench, queue, 'm1', 'm2', 'm3');
    expect([first.length, second.length]).toEqual([3, 1]);
  });

  test('that is shared holds for all consumers of the channel together, beside their own', () => {
    const bench = new Bench(shape);
    const channel = bench.channel();
    channel.qos(2, { global: true });
    const first = take(bench, channel, 'work', { prefetch: 1 });
    const second = take(bench, channel, 'other');
    put(bench, 'work', 'w1', 'w2');
    put(bench, 'other', 'o1', 'o2');
    expect([first, second]).toEqual([['1:w1'], ['2:o1']]);
    channel.ack(1);
    expect([first, second]).toEqual([['1:w1', '3:w2'], ['2:o1']]);
  });

  test('room that one queue makes is given to another', () => {
    const bench = new Bench(shape);
    const channel = bench.channel();
    channel.qos(1, { global: true });
    const first = take(bench, channel);
    const second = take(bench, channel, 'other');
    put(bench, 'work', 'w1');
    put(bench, 'other', 'o1');
    expect([first, second]).toEqual([['1:w1'], []]);
    channel.ack(1);
    expect(second).toEqual(['2:o1']);
  });

  test('that is shared counts what is in flight when it is set, and ends with a prefetch that is not', () => {
    const bench = new Bench(shape);
    const channel = bench.channel();
    const taken = take(bench, channel);
    put(bench, 'work', 'm1', 'm2');
    channel.qos(2, { global: true });
    put(bench, 'work', 'm3');
    expect(taken).toHaveLength(2);
    channel.qos(3, { global: true });
    expect(taken).toHaveLength(3);
    put(bench, 'work', 'm4');
    channel.qos(5);
    expect(taken).toHaveLength(4);
  });

  test('that is shared and set to another number forgets nothing and counts nothing anew', () => {
    const bench = new Bench(shape);
    const channel = bench.channel();
    put(bench, 'work', 'm1', 'm2', 'm3', 'm4', 'm5');
    channel.qos(2, { global: true });
    channel.get(bench.queue());
    const taken = take(bench, channel);
    expect(taken).toEqual(['2:m2', '3:m3']);
    // What was got counts only where it was in flight before there was a shared prefetch at all.
    channel.qos(3, { global: true });
    expect(taken).toEqual(['2:m2', '3:m3', '4:m4']);
  });

  test('that is shared keeps consumers without acks waiting, though they fill nothing', () => {
    const bench = new Bench(shape);
    const channel = bench.channel();
    channel.qos(1, { global: true });
    const free = take(bench, channel, 'other', { autoAck: true });
    put(bench, 'other', 'o1', 'o2');
    take(bench, channel);
    put(bench, 'work', 'w1');
    put(bench, 'other', 'o3');
    expect(free).toEqual(['1:o1', '2:o2']);
    channel.ack(3);
    expect(free).toHaveLength(3);
  });

  test('that is shared is nothing for quorum queues', () => {
    const bench = new Bench(shape);
    const channel = bench.channel();
    channel.qos(1, { global: true });
    expect(refused(() => take(bench, channel, 'quorum'))).toBe(
      "540 NOT_IMPLEMENTED - queue 'quorum' in vhost '/' does not support global qos (connection)",
    );
  });
});

describe('consumers', () => {
  const IN_USE = "403 ACCESS_REFUSED - queue 'work' in vhost '/' in exclusive use";

  test('one that is exclusive stands alone, before and after it', () => {
    const bench = new Bench(shape);
    const { channel, consumer } = bench.consume();
    const other = bench.channel();
    expect(refused(() => take(bench, other, 'work', { exclusive: true }))).toBe(IN_USE);
    channel.cancel(consumer);
    take(bench, other, 'work', { exclusive: true });
    expect(refused(() => take(bench, channel))).toBe(IN_USE);
    other.close();
    expect(refused(() => take(bench, channel))).toBe('');
    const single = new Bench({ queues: { work: { singleActiveConsumer: true } } });
    expect(refused(() => take(single, single.channel(), 'work', { exclusive: true }))).toBe(IN_USE);
  });

  test('of a quorum queue are never exclusive', () => {
    const bench = new Bench(shape);
    const channels = [bench.channel(), bench.channel()];
    for (const channel of channels) take(bench, channel, 'quorum', { exclusive: true });
    expect(bench.queue('quorum').takers).toBe(2);
  });

  test('have a tag on their channel, and are cancelled by it', () => {
    const bench = new Bench(shape);
    const channel = bench.channel();
    const taken = take(bench, channel, 'work', { tag: 'c' });
    expect(refused(() => take(bench, channel, 'other', { tag: 'c' }))).toBe(
      "530 NOT_ALLOWED - attempt to reuse consumer tag 'c' (connection)",
    );
    expect(refused(() => take(bench, bench.channel(), 'other', { tag: 'c' }))).toBe('');
    expect([channel.cancelTag('c'), channel.cancelTag('c')]).toEqual([true, false]);
    put(bench, 'work', 'm1');
    expect(taken).toEqual([]);
  });
});

describe('recovery', () => {
  test.each(['4.2', '4.3'] as const)(
    'brings back all that is in flight, flagged, in its place (%s)',
    (profile: Profile) => {
      const bench = new Bench({ ...shape, profile });
      const channel = bench.channel();
      channel.qos(2);
      const taken = take(bench, channel);
      put(bench, 'work', 'm1', 'm2', 'm3');
      channel.recover();
      expect(taken).toEqual(['1:m1', '2:m2', '3:m1', '4:m2']);
      expect(refused(() => channel.ack(1))).toContain('unknown delivery tag 1');
      expect(bench.broker.brokenLaw).toBe(undefined);
    },
  );
});

describe('transactions', () => {
  function transactional(): { bench: Bench; channel: Channel } {
    const bench = new Bench(shape);
    const channel = bench.channel();
    channel.selectTransactions();
    return { bench, channel };
  }

  test('what is published and settled takes effect when they commit, publishes first', () => {
    const { bench, channel } = transactional();
    put(bench, 'work', 'm1', 'm2');
    channel.qos(1);
    const taken = take(bench, channel);
    channel.ack(1);
    for (const id of ['o1', 'o2']) channel.hold(() => put(bench, 'other', id));
    expect([bench.ready('other'), bench.queue().unacked, taken]).toEqual([[], 1, ['1:m1']]);
    channel.commit();
    expect([bench.ready('other'), bench.queue().totals.settled, taken]).toEqual([['o1', 'o2'], 1, ['1:m1', '2:m2']]);
    channel.commit();
    expect(bench.ready('other')).toEqual(['o1', 'o2']);
  });

  test('what is rejected in one is dead-lettered in the order of the rejections', () => {
    const bench = new Bench({ queues: { work: { deadLetterTo: 'dead' }, dead: {} } });
    const channel = bench.channel();
    channel.selectTransactions();
    put(bench, 'work', 'm1', 'm2');
    take(bench, channel);
    for (const tag of [2, 1]) channel.reject(tag, { requeue: false });
    channel.commit();
    expect(bench.ready('dead')).toEqual(['m2', 'm1']);
  });

  test('a rollback forgets what was published; what was settled is in flight again', () => {
    const { bench, channel } = transactional();
    put(bench, 'work', 'm1', 'm2', 'm3');
    take(bench, channel);
    channel.hold(() => put(bench, 'other', 'o1'));
    channel.reject(2, { requeue: false });
    channel.ack(1);
    channel.rollback();
    channel.commit();
    expect([bench.ready('other'), bench.journal, channel.outstanding]).toEqual([[], [], 3]);
    channel.ack(2, true);
    channel.commit();
    expect([bench.queue().totals.settled, channel.outstanding]).toEqual([2, 1]);
  });

  test('a rollback puts back in order what is in flight', () => {
    const bench = new Bench(shape);
    const channel = bench.channel();
    channel.selectTransactions();
    put(bench, 'quorum', 'm1', 'm2', 'm3');
    take(bench, channel, 'quorum');
    channel.ack(2);
    channel.ack(1);
    channel.rollback();
    channel.close();
    expect(bench.ready('quorum')).toEqual(['m1', 'm2', 'm3']);
  });

  test('a tag is checked at once, and known no more once it is settled', () => {
    const { bench, channel } = transactional();
    put(bench, 'work', 'm1');
    take(bench, channel);
    channel.ack(1);
    expect(refused(() => channel.ack(1))).toBe('406 PRECONDITION_FAILED - unknown delivery tag 1');
    expect([bench.ready(), bench.queue().totals.settled]).toEqual([['m1'], 0]);
  });

  test('a channel that closes takes its transaction along', () => {
    const { bench, channel } = transactional();
    put(bench, 'work', 'm1', 'm2');
    take(bench, channel);
    channel.hold(() => put(bench, 'other', 'o1'));
    channel.ack(2);
    channel.close();
    expect([bench.ready(), bench.ready('other'), bench.broker.brokenLaw]).toEqual([['m1', 'm2'], [], undefined]);
  });

  test('a channel has either them or confirms', () => {
    const { channel, bench } = transactional();
    channel.selectTransactions();
    const failed = '406 PRECONDITION_FAILED - ';
    expect(refused(() => channel.selectConfirms())).toBe(`${failed}cannot switch from tx to confirm mode`);
    const other = bench.channel();
    expect(refused(() => other.commit())).toBe(`${failed}channel is not transactional`);
    expect(refused(() => other.rollback())).toBe(`${failed}channel is not transactional`);
    other.selectConfirms();
    expect(refused(() => other.selectTransactions())).toBe(`${failed}cannot switch from confirm to tx mode`);
    expect([channel.isTransactional, other.isTransactional]).toEqual([true, false]);
  });
});

describe('limits in bytes', () => {
  const body = (id: string, length: number) => ({
    ...envelope(id),
    content: { body: new Uint8Array(length), properties: {} },
  });

  test.each([
    ['drop-head', ['m2', 'm3'], ['m1 dropped by work: maxlen']],
    ['reject-publish', ['m1', 'm2'], []],
  ] as const)('%s: bodies that are ready count, as they came', (overflow, ready, journal) => {
    const bench = new Bench({ queues: { work: { overflow, maxLengthBytes: 10 } } });
    const nacks = [body('m1', 5), body('m2', 5), body('m3', 1)].map(
      (one) => bench.broker.publish(one, ['work']).nackedBy,
    );
    expect([bench.ready(), bench.journal]).toEqual([ready, journal]);
    expect(nacks).toEqual([undefined, undefined, overflow === 'drop-head' ? undefined : 'work']);
    const channel = bench.channel();
    channel.get(bench.queue(), { autoAck: true });
    expect(bench.broker.publish(body('m4', 5), ['work']).nackedBy).toBe(undefined);
  });

  test('a message that is too large for what is left is refused, one that fits is not', () => {
    const bench = new Bench({ queues: { work: { overflow: 'reject-publish', maxLengthBytes: 10 } } });
    const nacked = (length: number): boolean => bench.broker.publish(body('m', length), ['work']).nackedBy === 'work';
    expect([nacked(11), nacked(5), nacked(6), nacked(5), nacked(0)]).toEqual([true, false, true, false, false]);
  });

  test('what expires counts no more, what comes back counts again', () => {
    const bench = new Bench({ queues: { work: { maxLengthBytes: 10 } } });
    bench.broker.publish({ ...body('m1', 9), expirationUs: 1 }, ['work']);
    bench.waitUntil(1);
    bench.broker.publish(body('m2', 9), ['work']);
    const channel = bench.channel();
    channel.get(bench.queue());
    bench.broker.publish(body('m3', 9), ['work']);
    channel.nack(1);
    expect(bench.journal).toEqual(['m1 dropped by work: expired', 'm2 dropped by work: maxlen']);
  });

  test('a quorum queue refuses above its limit, until it holds four fifths of it', () => {
    const bench = new Bench({ queues: { work: { type: 'quorum', overflow: 'reject-publish', maxLengthBytes: 10 } } });
    const channel = bench.channel();
    const nacked = (length: number): boolean => bench.broker.publish(body('m', length), ['work']).nackedBy === 'work';
    expect([nacked(2), nacked(1), nacked(8), nacked(1)]).toEqual([false, false, false, true]);
    channel.get(bench.queue());
    expect(nacked(1)).toBe(true);
    channel.get(bench.queue());
    expect(nacked(1)).toBe(false);
  });
});
