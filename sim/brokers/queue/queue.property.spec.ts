import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bench, oneQueue } from './bench.fixture.ts';
import type { Channel, Consumer, Delivered } from './channel.ts';
import type { Copy, QueueOptions } from './queue.ts';

const CHANNELS = 3;

const on = fc.nat(CHANNELS - 1);
const pick = fc.nat(9);
const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('publish' as const), times: fc.integer({ min: 1, max: 4 }) }) },
  fc.record({ do: fc.constant('consume' as const), on, prefetch: fc.nat(3), autoAck: fc.boolean() }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ack' as const), on, pick, multiple: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('nack' as const),
      on,
      pick,
      multiple: fc.boolean(),
      requeue: fc.boolean(),
    }),
  },
  fc.record({ do: fc.constant('get' as const), on }),
  fc.record({ do: fc.constant('cancel' as const), on }),
  fc.record({ do: fc.constant('close' as const), on }),
  fc.record({ do: fc.constant('wrong tag' as const), on }),
  fc.record({ do: fc.constant('wait' as const), us: fc.nat(3000) }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const options: fc.Arbitrary<QueueOptions<string>> = fc.record(
  {
    type: fc.constantFrom('classic' as const, 'quorum' as const),
    deliveryLimit: fc.nat(3),
    maxLength: fc.integer({ min: 1, max: 5 }),
    messageTtlMs: fc.integer({ min: 1, max: 9 }),
    overflow: fc.constantFrom('drop-head' as const, 'reject-publish' as const),
    singleActiveConsumer: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** Plays operations and keeps its own account of who holds what. */
class Player {
  readonly #channels: Channel[];
  readonly #consumers = new Map<Channel, Consumer>();
  readonly #held = new Map<Copy, { channel: Channel; tag: number }>();
  #published = 0;
  /** Places of first deliveries, in the order in which they came. */
  readonly first: number[] = [];

  constructor(readonly bench: Bench) {
    this.#channels = Array.from({ length: CHANNELS }, () => bench.channel());
  }

  play(operation: Operation): void {
    switch (operation.do) {
      case 'publish':
        for (let n = 0; n < operation.times; n++) this.bench.put(`m${this.#published++}`);
        return;
      case 'wait':
        this.bench.nowUs += operation.us;
        this.bench.queue().expire(this.bench.nowUs);
        return;
      case 'ack':
      case 'nack':
        this.#settle(operation);
        return;
      default:
        this.#onChannel(operation);
    }
  }

  #onChannel(operation: Exclude<Operation, { do: 'publish' | 'wait' | 'ack' | 'nack' }>): void {
    const channel = this.#channels[operation.on] as Channel;
    const consumer = this.#consumers.get(channel);
    if (operation.do === 'consume' && !consumer) {
      const { prefetch, autoAck } = operation;
      const take = (one: Delivered): void => this.#take(channel, one, autoAck);
      this.#consumers.set(channel, channel.consume(this.bench.queue(), { prefetch, autoAck }, take));
    } else if (operation.do === 'get') {
      const one = channel.get(this.bench.queue());
      if (one) this.#take(channel, one, false);
    } else if (operation.do === 'cancel' && consumer) {
      this.#consumers.delete(channel);
      channel.cancel(consumer);
    } else if (operation.do === 'close') this.#renew(operation.on, () => channel.close());
    else if (operation.do === 'wrong tag') this.#renew(operation.on, () => expect(() => channel.ack(9999)).toThrow());
  }

  #take(channel: Channel, { copy, tag, redelivered }: Delivered, autoAck: boolean): void {
    expect(this.#held.has(copy)).toBe(false);
    if (!redelivered) this.first.push(copy.sequence);
    expect(redelivered).toBe(copy.redelivered);
    if (!autoAck) this.#held.set(copy, { channel, tag });
  }

  #settle(operation: Extract<Operation, { do: 'ack' | 'nack' }>): void {
    const channel = this.#channels[operation.on] as Channel;
    const { multiple } = operation;
    const mine = [...this.#held.values()].filter((each) => each.channel === channel).map(({ tag }) => tag);
    const tag = mine[operation.pick % Math.max(1, mine.length)];
    if (tag === undefined) return;
    this.#forget((each) => each.channel === channel && (multiple ? each.tag <= tag : each.tag === tag));
    if (operation.do === 'ack') channel.ack(tag, multiple);
    else channel.nack(tag, { multiple, requeue: operation.requeue });
  }

  #renew(on: number, close: () => void): void {
    const channel = this.#channels[on] as Channel;
    this.#channels[on] = this.bench.channel();
    this.#consumers.delete(channel);
    this.#forget((each) => each.channel === channel);
    close();
    expect(channel).toMatchObject({ isOpen: false, outstanding: 0 });
  }

  #forget(which: (held: { channel: Channel; tag: number }) => boolean): void {
    for (const [copy, held] of this.#held) if (which(held)) this.#held.delete(copy);
  }

  check(): void {
    const queue = this.bench.queue();
    expect(queue.brokenLaw).toBe(undefined);
    expect(queue.unacked).toBe(this.#held.size);
    expect(queue.ready.some((copy) => this.#held.has(copy))).toBe(false);
    expect(queue.ready.map(({ sequence }) => sequence)).toEqual(
      queue.ready.map(({ sequence }) => sequence).toSorted((a, b) => a - b),
    );
    expect(this.first).toEqual(this.first.toSorted((a, b) => a - b));
    for (const [channel, consumer] of this.#consumers) {
      const canTake = consumer.hasRoom && !queue.options.singleActiveConsumer;
      expect(channel.isOpen && canTake && queue.ready.length > 0).toBe(false);
    }
  }

  /** Everybody goes, and one that acks all it gets comes. */
  drain(): void {
    for (let on = 0; on < CHANNELS; on++) this.play({ do: 'close', on });
    const channel = this.bench.channel();
    const { delivered } = this.bench.consume({ channel, prefetch: 2 });
    for (let n = 0; n < delivered.length; n++) channel.ack(delivered[n]?.tag ?? 0);
  }
}

test('whatever clients do, no copy is lost, doubled, held twice or out of its place, and a consumer drains the queue', () => {
  fc.assert(
    fc.property(options, fc.array(operation, { maxLength: 60 }), (shape, operations) => {
      const player = new Player(oneQueue(shape));
      for (const each of operations) {
        player.play(each);
        player.check();
      }
      player.drain();
      const { totals, ready, unacked } = player.bench.queue();
      expect([ready.length, unacked]).toEqual([0, 0]);
      expect(totals.settled + totals.gaveUp).toBe(totals.enqueued);
      expect(player.bench.journal).toHaveLength(totals.gaveUp);
    }),
    { numRuns: 1500, seed: 7 },
  );
});

test('a consumer without returns gets every message once, in the order of publishing', () => {
  const prefetches = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(prefetches, fc.integer({ min: 1, max: 30 }), fc.boolean(), (many, count, before) => {
      const bench = oneQueue();
      const ids = Array.from({ length: count }, (_, n) => `m${n}`);
      const seen: string[] = [];
      if (before) bench.put(...ids);
      const hands = many.map((prefetch) => bench.consume({ prefetch }));
      if (!before) bench.put(...ids);
      for (let more = true; more; ) {
        more = false;
        for (const { channel, delivered } of hands) {
          const one = delivered.shift();
          if (!one) continue;
          more = true;
          seen.push(one.copy.envelope.message.id);
          channel.ack(one.tag);
        }
      }
      expect(seen.toSorted()).toEqual(ids.toSorted());
      if (many.length === 1) expect(seen).toEqual(ids);
    }),
  );
});
