import { describe, expect, test } from 'vitest';
import { Bench, envelope, idOf, oneQueue } from './bench.fixture.ts';
import type { Profile } from './profile.ts';
import type { QueueOptions } from './settings.ts';

/** Publishes messages of the given priorities, named by number and priority, and gets them all. */
function order(
  options: QueueOptions<string>,
  priorities: readonly (number | undefined)[],
  profile?: Profile,
): string[] {
  const bench = oneQueue(options, profile);
  priorities.forEach((priority, n) => {
    bench.broker.publish({ ...envelope(`${n}:${priority ?? '-'}`), priority }, ['work']);
  });
  const channel = bench.channel();
  return priorities.map(() => {
    const one = channel.get(bench.queue());
    return one ? idOf(one) : 'nothing';
  });
}

describe('priorities in a classic queue', () => {
  test('without maxPriority there are none', () => {
    expect(order({}, [0, 9])).toEqual(['0:0', '1:9']);
  });

  test('the highest goes first, equals in their order, none is 0, more than the most is the most', () => {
    expect(order({ maxPriority: 3 }, [1, undefined, 3, 0, 9, 3])).toEqual(['2:3', '4:9', '5:3', '0:1', '1:-', '3:0']);
  });

  test('fact 7: what is requeued goes back to its place within its priority', () => {
    const bench = oneQueue({ maxPriority: 3 });
    for (const [n, priority] of [2, 1, 2].entries()) bench.broker.publish({ ...envelope(`m${n}`), priority }, ['work']);
    const channel = bench.channel();
    channel.get(bench.queue());
    channel.nack(1);
    expect(bench.ready()).toEqual(['m0', 'm2', 'm1']);
  });

  test('fact 20, fact 21: expiry and drop-head look at the head alone: the highest priority', () => {
    const bench = oneQueue({ maxPriority: 3, maxLength: 2 });
    bench.broker.publish({ ...envelope('low', 1000), priority: 0 }, ['work']);
    bench.broker.publish({ ...envelope('high'), priority: 3 }, ['work']);
    bench.nowUs = 2000;
    bench.queue().expire(bench.nowUs);
    expect(bench.ready()).toEqual(['high', 'low']);
    bench.broker.publish({ ...envelope('next'), priority: 1 }, ['work']);
    expect(bench.journal).toEqual(['high dropped by work: maxlen']);
    expect(bench.ready()).toEqual(['next', 'low']);
  });
});

describe('priorities in a quorum queue', () => {
  const type = 'quorum';

  test('3.13 knows none', () => {
    expect(order({ type, maxPriority: 9 }, [0, 9, 4], '3.13')).toEqual(['0:0', '1:9', '2:4']);
  });

  test('4.2 knows two, above 4 and the others, and serves them 2:1', () => {
    const given = [4, 4, undefined, 5, 9, 255, 5];
    expect(order({ type }, given, '4.2')).toEqual(['3:5', '4:9', '0:4', '5:255', '6:5', '1:4', '2:-']);
  });

  test('4.2 lets a normal one pass only if it came earlier', () => {
    expect(order({ type }, [5, 5, 5, 4], '4.2')).toEqual(['0:5', '1:5', '2:5', '3:4']);
  });

  test('4.3 serves 32 of them strictly, and takes none for 4', () => {
    const given = [3, undefined, 5, 31, 255, 4, 0];
    expect(order({ type }, given, '4.3')).toEqual(['3:31', '4:255', '2:5', '1:-', '5:4', '0:3', '6:0']);
  });

  test('fact 20: expiry looks at the next one only in 4.2, at the head of each priority in 4.3', () => {
    const left = (['4.2', '4.3'] as const).map((profile) => {
      const bench = oneQueue({ type }, profile);
      bench.broker.publish({ ...envelope('high'), priority: 9 }, ['work']);
      bench.broker.publish({ ...envelope('low', 1000), priority: 0 }, ['work']);
      bench.nowUs = bench.queue().expiresUs;
      if (bench.nowUs < Infinity) bench.queue().expire(bench.nowUs);
      return bench.ready();
    });
    expect(left).toEqual([['high', 'low'], ['high']]);
  });

  test('fact 8: a returned one has lost its priority: it is served before all others', () => {
    const bench = oneQueue({ type }, '4.3');
    const channel = bench.channel();
    for (const [n, priority] of [0, 9].entries()) bench.broker.publish({ ...envelope(`m${n}`), priority }, ['work']);
    channel.get(bench.queue());
    channel.get(bench.queue());
    bench.broker.publish({ ...envelope('m2'), priority: 31 }, ['work']);
    channel.nack(2);
    channel.nack(1);
    expect(bench.ready()).toEqual(['m0', 'm1', 'm2']);
  });
});

test('a dead letter keeps its priority', () => {
  const bench = new Bench({ queues: { work: { deadLetterTo: 'dead' }, dead: { maxPriority: 9 } } });
  for (const [n, priority] of [1, 9].entries()) bench.broker.publish({ ...envelope(`m${n}`), priority }, ['work']);
  const channel = bench.channel();
  for (const tag of [1, 2]) {
    channel.get(bench.queue());
    channel.nack(tag, { requeue: false });
  }
  expect(bench.ready('dead')).toEqual(['m1', 'm0']);
});
