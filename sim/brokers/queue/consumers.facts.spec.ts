import { describe, expect, test } from 'vitest';
import { type Bench, type Hand, idOf, oneQueue } from './bench.fixture.ts';
import type { Profile } from './profile.ts';

const seen = (hands: readonly Hand[]): string[][] => hands.map(({ delivered }) => delivered.map(idOf));

describe('fact 11: turns', () => {
  test('fact 11: a queue serves its consumers in turn', () => {
    const bench = oneQueue();
    const hands = [bench.consume({ prefetch: 9 }), bench.consume({ prefetch: 9 }), bench.consume({ prefetch: 9 })];
    bench.put('m1', 'm2', 'm3', 'm4');
    expect(seen(hands)).toEqual([['m1', 'm4'], ['m2'], ['m3']]);
  });

  test('fact 11: those of the highest priority that have room, in turn; then the next', () => {
    const bench = oneQueue();
    const hands = [0, 7, -1, 7].map((priority) => bench.consume({ prefetch: 2, priority }));
    bench.put('m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8', 'm9');
    expect(seen(hands)).toEqual([
      ['m5', 'm6'],
      ['m1', 'm3'],
      ['m7', 'm8'],
      ['m2', 'm4'],
    ]);
    hands[3]?.channel.ack(1);
    hands[0]?.channel.ack(1);
    expect(seen(hands).map((ids) => ids.at(-1))).toEqual(['m6', 'm3', 'm8', 'm9']);
  });

  test('fact 11: a quorum queue serves next who first had room again, a classic queue who has waited longest for a turn', () => {
    const last = (['classic', 'quorum'] as const).map((type) => {
      const bench = oneQueue({ type });
      const [a, b] = [bench.consume(), bench.consume()];
      bench.put('m1', 'm2');
      b.channel.ack(1);
      a.channel.ack(1);
      bench.put('m3');
      return seen([a, b]);
    });
    expect(last).toEqual([
      [['m1', 'm3'], ['m2']],
      [['m1'], ['m2', 'm3']],
    ]);
  });
});

describe('fact 11: a single active consumer', () => {
  const sac = (type: 'classic' | 'quorum', profile?: Profile): Bench =>
    oneQueue({ type, singleActiveConsumer: true }, profile);

  test.each(['classic', 'quorum'] as const)('fact 11: the next one takes over only when it goes (%s)', (type) => {
    const bench = sac(type);
    const [a, b] = [bench.consume(), bench.consume({ prefetch: 9 })];
    bench.put('m1', 'm2');
    expect(seen([a, b])).toEqual([['m1'], []]);
    a.channel.close();
    expect(b.delivered.map((one) => [idOf(one), one.redelivered])).toEqual([
      ['m1', true],
      ['m2', false],
    ]);
  });

  test.each(['classic', 'quorum'] as const)('fact 11: who waits and goes has no turn any more (%s)', (type) => {
    const bench = sac(type);
    const [first, gone, last] = [bench.consume(), bench.consume(), bench.consume()];
    gone.channel.cancel(gone.consumer);
    first.channel.close();
    bench.put('m1');
    expect(seen([gone, last])).toEqual([[], ['m1']]);
  });

  test('fact 11, fact 10: cancelled, it keeps what it has in flight while the next one is served', () => {
    const bench = sac('classic');
    const [a, b] = [bench.consume(), bench.consume()];
    bench.put('m1', 'm2');
    a.channel.cancel(a.consumer);
    expect(seen([a, b])).toEqual([['m1'], ['m2']]);
    expect(a.channel.outstanding).toBe(1);
  });

  test.each([
    ['classic', '4.2', 'high'],
    ['quorum', '3.13', 'low'],
    ['quorum', '4.2', 'high'],
  ] as const)('fact 11: the next one in a %s queue of %s: of two that wait %s', (type, profile, expected) => {
    const bench = sac(type, profile);
    const active = bench.consume({ priority: 9 });
    const hands = { low: bench.consume({ priority: 1 }), high: bench.consume({ priority: 2 }) };
    active.channel.close();
    bench.put('m1');
    expect(seen([hands[expected]])).toEqual([['m1']]);
  });

  test('fact 11: one of higher priority takes over from a quorum queue, since 4.0, when nothing is in flight any more', () => {
    const bench = sac('quorum', '4.2');
    const low = bench.consume({ prefetch: 2 });
    bench.put('m1');
    const high = bench.consume({ priority: 1 });
    bench.put('m2');
    expect(seen([low, high])).toEqual([['m1'], []]);
    low.channel.ack(1);
    expect(seen([low, high])).toEqual([['m1'], ['m2']]);
  });

  test.each([
    ['classic', '4.3'],
    ['quorum', '3.13'],
  ] as const)('fact 11: it does not from a %s queue of %s', (type, profile) => {
    const bench = sac(type, profile);
    const low = bench.consume({ prefetch: 2 });
    const high = bench.consume({ priority: 1 });
    bench.put('m1', 'm2');
    expect(seen([low, high])).toEqual([['m1', 'm2'], []]);
  });
});

test.each([
  ['3.10', ['m1', 'm2', 'm3']],
  ['3.13', ['m1', 'm2']],
] as const)(
  'fact 19: profile %s: who gives a message back once too often is handed %j with a prefetch of 1',
  (profile, handed) => {
    const bench = oneQueue({ type: 'quorum', deliveryLimit: 0 }, profile);
    const { channel, delivered } = bench.consume({ prefetch: 1 });
    bench.put('m1', 'm2', 'm3', 'm4');
    channel.nack(1);
    expect(delivered.map(idOf)).toEqual(handed);
  },
);

test.each([
  ['classic', '3.10', false],
  ['classic', '3.13', false],
  ['classic', '4.2', true],
  ['quorum', '3.13', true],
] as const)(
  'fact 11: %s, profile %s: when the single active consumer cancels the next one is served at once: %s',
  (type, profile, atOnce) => {
    const bench = oneQueue({ type, singleActiveConsumer: true }, profile);
    const [first, next] = [bench.consume(), bench.consume({ prefetch: 9 })];
    bench.put('m1', 'm2');
    first.channel.cancel(first.consumer);
    expect(next.delivered.map(idOf)).toEqual(atOnce ? ['m2'] : []);
    first.channel.ack(1);
    expect(next.delivered.map(idOf)).toEqual(atOnce ? ['m2'] : []);
    bench.put('m3');
    expect(next.delivered.map(idOf)).toEqual(['m2', 'm3']);
  },
);
