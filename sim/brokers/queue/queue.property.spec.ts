/** The broker's queue beside a plain model of it: whatever clients do, they see the same of both. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bench, envelope, oneQueue } from './bench.fixture.ts';
import type { Channel, Delivered } from './channel.ts';
import type { Consumer } from './consumer.ts';
import { QueueModel, type Seen } from './model.fixture.ts';
import type { Profile } from './profile.ts';
import type { QueueOptions } from './settings.ts';

const CHANNELS = 3;

/** The broker, its channels renewed when they close, and what is seen of it. */
class Real {
  readonly bench: Bench;
  readonly #channels: Channel[];
  readonly #consumers = new Map<number, Consumer>();
  readonly #held: Delivered[][];

  constructor(options: QueueOptions<string>, profile: Profile) {
    this.bench = new Bench({ queues: { work: options, dead: {} }, profile });
    this.#channels = Array.from({ length: CHANNELS }, () => this.bench.channel());
    this.#held = Array.from({ length: CHANNELS }, () => []);
  }

  get seen(): Seen {
    const held = this.#held.map((list) => list.map(({ tag, copy }) => `${tag}:${copy.envelope.message.id}`));
    return { ready: this.bench.ready(), held, told: this.bench.journal };
  }

  publish(id: string, priority: number | undefined, ttlUs: number | undefined): void {
    const queue = this.bench.queue();
    if (queue.isFull) this.bench.journal.push(`${id} nacked`);
    const { nackedBy } = this.bench.broker.publish({ ...envelope(id, ttlUs), priority }, ['work']);
    if (nackedBy !== undefined) expect(this.bench.journal).toContain(`${id} nacked`);
  }

  consume(on: number, o: { prefetch: number; autoAck: boolean; priority: number }): void {
    const take = (one: Delivered): void => this.#take(on, one, o.autoAck);
    this.#consumers.set(on, this.#channel(on).consume(this.bench.queue(), o, take));
  }

  cancel(on: number): void {
    this.#channel(on).cancel(this.#consumers.get(on) as Consumer);
    this.#consumers.delete(on);
  }

  get(on: number): void {
    const one = this.#channel(on).get(this.bench.queue());
    if (one) this.#take(on, one, false);
  }

  settle(on: number, how: 'ack' | 'nack' | 'reject', tag: number, o: { multiple: boolean; requeue: boolean }): void {
    const list = this.#held[on] as Delivered[];
    const meant = list.filter((held) => (o.multiple ? held.tag <= tag : held.tag === tag));
    this.#held[on] = list.filter((held) => !meant.includes(held));
    if (how === 'ack') for (const { copy } of meant) this.bench.journal.push(`${copy.envelope.message.id} acked`);
    const channel = this.#channel(on);
    if (how === 'ack') channel.ack(tag, o.multiple);
    else if (how === 'nack') channel.nack(tag, o);
    else channel.reject(tag, { requeue: o.requeue });
  }

  /** @param byMistake the channel is closed because it does not know the tag */
  close(on: number, byMistake: boolean): void {
    const channel = this.#channel(on);
    this.#channels[on] = this.bench.channel();
    this.#held[on] = [];
    this.#consumers.delete(on);
    if (byMistake) expect(() => channel.ack(9999)).toThrow('PRECONDITION_FAILED');
    else channel.close();
    expect(channel).toMatchObject({ isOpen: false, outstanding: 0 });
  }

  wait(us: number): void {
    this.bench.waitUntil(this.bench.nowUs + us);
  }

  #channel(on: number): Channel {
    return this.#channels[on] as Channel;
  }

  #take(on: number, one: Delivered, autoAck: boolean): void {
    const { id } = one.copy.envelope.message;
    this.bench.journal.push(`${id} to ${on} as ${one.tag}${one.redelivered ? ', again' : ''}`);
    if (!autoAck) this.#held[on]?.push(one);
  }
}

/** A command to both; after it they must look the same. */
class Step implements fc.Command<QueueModel, Real> {
  constructor(
    readonly says: string,
    readonly play: (model: QueueModel, real: Real) => void,
    readonly can: (model: QueueModel) => boolean = () => true,
  ) {}

  check(model: Readonly<QueueModel>): boolean {
    return this.can(model as QueueModel);
  }

  run(model: QueueModel, real: Real): void {
    this.play(model, real);
    expect(real.seen).toEqual(model.seen);
    expect(real.bench.broker.brokenLaw).toBe(undefined);
    expect(real.bench.queue().unacked).toBe(model.seen.held.flat().length);
  }

  toString(): string {
    return this.says;
  }
}

const on = fc.nat(CHANNELS - 1);
let published = 0;

const publish = fc
  .record({
    priority: fc.option(fc.nat(9), { nil: undefined }),
    ttlUs: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined, freq: 2 }),
  })
  .map(
    ({ priority, ttlUs }) =>
      new Step(`publish(${priority ?? '-'}, ${ttlUs ?? '-'} ms)`, (model, real) => {
        const id = `m${published++}`;
        for (const each of [model, real]) each.publish(id, priority, ttlUs === undefined ? undefined : ttlUs * 1000);
      }),
  );

const consume = fc.record({ on, prefetch: fc.nat(3), autoAck: fc.boolean(), priority: fc.nat(2) }).map(
  ({ on, ...o }) =>
    new Step(
      `consume(${on}, ${JSON.stringify(o)})`,
      (model, real) => [model, real].forEach((each) => each.consume(on, o)),
      (model) => !model.consumerOn(on),
    ),
);

const cancel = on.map(
  (on) =>
    new Step(
      `cancel(${on})`,
      (model, real) => [model, real].forEach((each) => each.cancel(on)),
      (model) => model.consumerOn(on),
    ),
);

const get = on.map((on) => new Step(`get(${on})`, (model, real) => [model, real].forEach((each) => each.get(on))));

const settle = fc
  .record({
    on,
    how: fc.constantFrom('ack' as const, 'nack' as const, 'reject' as const),
    pick: fc.nat(9),
    multiple: fc.boolean(),
    requeue: fc.boolean(),
  })
  .map(
    ({ on, how, pick, multiple, requeue }) =>
      new Step(
        `${how}(${on}, ${pick}${multiple ? ', multiple' : ''}${requeue ? ', requeue' : ''})`,
        (model, real) => {
          const tags = model.tagsOf(on);
          const tag = tags[pick % tags.length] as number;
          const o = { multiple: multiple && how !== 'reject', requeue };
          for (const each of [model, real]) each.settle(on, how, tag, o);
        },
        (model) => model.tagsOf(on).length > 0,
      ),
  );

const close = fc.record({ on, byMistake: fc.boolean() }).map(
  ({ on, byMistake }) =>
    new Step(`close(${on}${byMistake ? ', by mistake' : ''})`, (model, real) => {
      model.close(on);
      real.close(on, byMistake);
    }),
);

const wait = fc
  .integer({ min: 1, max: 4000 })
  .map((us) => new Step(`wait(${us} us)`, (model, real) => [model, real].forEach((each) => each.wait(us))));

const options: fc.Arbitrary<QueueOptions<string>> = fc.record(
  {
    type: fc.constantFrom('classic' as const, 'quorum' as const),
    deadLetterTo: fc.constant('dead'),
    deliveryLimit: fc.integer({ min: -1, max: 3 }),
    maxLength: fc.integer({ min: 0, max: 5 }),
    messageTtlMs: fc.integer({ min: 1, max: 9 }),
    maxPriority: fc.integer({ min: 1, max: 9 }),
    overflow: fc.constantFrom('drop-head' as const, 'reject-publish' as const, 'reject-publish-dlx' as const),
    singleActiveConsumer: fc.boolean(),
  },
  { requiredKeys: [] },
);
const profile = fc.constantFrom('3.13' as const, '4.2' as const, '4.3' as const);

test('whatever clients do, they see of the queue what its model shows', () => {
  const kinds = [publish, publish, publish, consume, cancel, get, settle, settle, settle, close, wait];
  fc.assert(
    fc.property(options, profile, fc.commands(kinds, { maxCommands: 60, size: 'max' }), (shape, version, commands) => {
      published = 0;
      fc.modelRun(
        () => ({ model: new QueueModel(shape, version, CHANNELS), real: new Real(shape, version) }),
        commands,
      );
    }),
    { numRuns: 500, seed: 7 },
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
