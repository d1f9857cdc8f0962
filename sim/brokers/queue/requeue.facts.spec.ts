import { describe, expect, test } from 'vitest';
import { envelope, idOf, oneQueue } from './bench.fixture.ts';
import type { Profile } from './profile.ts';

/** Where `m2`, `m0` and `m1` stand, in this order nacked, beside `m3` and `m4` that wait. */
function afterNacks(type: 'classic' | 'quorum', profile: Profile, deliveryLimit?: number): string[] {
  const bench = oneQueue({ type, ...(deliveryLimit === undefined ? {} : { deliveryLimit }) }, profile);
  bench.put('m0', 'm1', 'm2', 'm3', 'm4');
  const channel = bench.channel();
  for (let n = 0; n < 3; n++) channel.get(bench.queue());
  for (const tag of [3, 1, 2]) channel.nack(tag);
  return bench.ready();
}

const PLACE = ['m0', 'm1', 'm2', 'm3', 'm4'];
const RETURNS_FIRST = ['m2', 'm0', 'm1', 'm3', 'm4'];
const BACK = ['m3', 'm4', 'm2', 'm0', 'm1'];

describe('fact 8: where a quorum queue puts what is returned', () => {
  test.each([
    ['classic', '3.13', undefined, PLACE],
    ['classic', '4.3', undefined, PLACE],
    ['quorum', '3.13', undefined, BACK],
    ['quorum', '3.13', 5, RETURNS_FIRST],
    ['quorum', '4.2', undefined, RETURNS_FIRST],
    ['quorum', '4.2', -1, BACK],
    ['quorum', '4.3', undefined, RETURNS_FIRST],
    ['quorum', '4.3', -1, RETURNS_FIRST],
  ] as const)('fact 7, fact 8: %s queue, profile %s, limit %s: %o', (type, profile, limit, expected) => {
    expect(afterNacks(type, profile, limit)).toEqual(expected);
  });

  test('fact 8: what is lost with its channel goes to the returns, also where a nack goes to the back', () => {
    const bench = oneQueue({ type: 'quorum' }, '3.13');
    bench.put('m0', 'm1', 'm2', 'm3');
    const [a, b] = [bench.channel(), bench.channel()];
    a.get(bench.queue());
    b.get(bench.queue());
    a.get(bench.queue());
    a.close();
    b.close();
    expect(bench.ready()).toEqual(['m0', 'm2', 'm1', 'm3']);
  });

  test('fact 8: so what is nacked for ever starves nobody where it goes to the back, and all where it comes first', () => {
    const seen = (['3.13', '4.3'] as const).map((profile) => {
      const bench = oneQueue({ type: 'quorum' }, profile);
      const { channel, delivered } = bench.consume();
      bench.put('m0', 'm1');
      for (let tag = 1; tag <= 3; tag++) channel.nack(tag);
      return delivered.map(idOf);
    });
    expect(seen).toEqual([
      ['m0', 'm1', 'm0', 'm1'],
      ['m0', 'm0', 'm0', 'm0'],
    ]);
  });

  test('fact 20: up to 4.2 a returned one hides the times of those behind it', () => {
    const left = (['4.2', '4.3'] as const).map((profile) => {
      const bench = oneQueue({ type: 'quorum' }, profile);
      bench.put('returned');
      const channel = bench.channel();
      channel.get(bench.queue());
      bench.broker.publish(envelope('soon', 1000), ['work']);
      channel.close();
      bench.nowUs = 5000;
      bench.queue().expire(bench.nowUs);
      return bench.ready();
    });
    expect(left).toEqual([['returned', 'soon'], ['returned']]);
  });
});

test('fact 19: since 4.3 a nack does not count towards the limit, a reject does', () => {
  const counts = (['nack', 'reject'] as const).map((how) => {
    const bench = oneQueue({ type: 'quorum', deliveryLimit: 2 }, '4.3');
    const { channel, delivered } = bench.consume();
    bench.put('m1');
    for (let tag = 1; tag <= 9 && delivered.length >= tag; tag++) channel[how](tag, { requeue: true });
    return delivered.length;
  });
  expect(counts).toEqual([10, 3]);
});

test('fact 15: a reject without requeue dead-letters, as a nack does', () => {
  const bench = oneQueue();
  const { channel } = bench.consume();
  bench.put('m1');
  channel.reject(1, { requeue: false });
  expect(bench.journal).toEqual(['m1 dropped by work: rejected']);
});
