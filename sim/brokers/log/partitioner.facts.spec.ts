import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { taken, Bench } from './bench.fixture.ts';
import { murmur2 } from './murmur2.ts';
import { partitionForKey, RoundRobinPartitioner, StickyPartitioner } from './partitioner.ts';

const place = (o: { topic?: string; key?: string; available?: number[]; bytes?: number } = {}) => ({
  topic: 'work',
  key: undefined,
  partitions: 4,
  available: [0, 1, 2, 3],
  bytes: 100,
  ...o,
});

describe('fact 41: how a producer chooses a partition', () => {
  test.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('fact 41: murmur2 of %s is %i', (text, hash) => {
    expect(murmur2(new TextEncoder().encode(text))).toBe(hash);
  });

  test('fact 41: a key goes where its hash without the sign says', () => {
    expect(partitionForKey('foobar', 5)).toBe(1_357_151_166 % 5);
    for (const make of [new StickyPartitioner(() => 0), new RoundRobinPartitioner(() => 0)]) {
      expect(make.choose(place({ key: 'foobar', available: [0] }))).toBe(partitionForKey('foobar', 4));
    }
  });

  test('fact 41: without a key the Java client stays with a partition until a batch is full, then draws again', () => {
    const draws = [-2, 9, 3];
    const sticky = new StickyPartitioner(() => draws.shift() as number);
    const chosen = Array.from({ length: 500 }, () => sticky.choose(place()));
    const stays = 164;
    expect(chosen.slice(0, stays)).toEqual(chosen.slice(0, stays).fill(2));
    expect(chosen.slice(stays, 2 * stays)).toEqual(Array.from({ length: stays }, () => 1));
    expect(chosen[2 * stays]).toBe(3);
  });

  test('fact 41: without a key kafkajs goes round', () => {
    const round = new RoundRobinPartitioner(() => 6);
    expect([1, 2, 3, 4, 5].map(() => round.choose(place()))).toEqual([2, 3, 0, 1, 2]);
    expect([1, 2].map(() => round.choose(place({ topic: 'other' })))).toEqual([2, 3]);
  });

  test('fact 41: what has no key goes to partitions with a leader, if there is one', () => {
    for (const make of [new StickyPartitioner(() => 1), new RoundRobinPartitioner(() => 1)]) {
      expect(make.choose(place({ available: [2] }))).toBe(2);
      expect(make.choose(place({ topic: 'other', available: [] }))).toBe(1);
    }
  });
});

describe('fact 38: partitions that are added', () => {
  test('fact 38: some keys go elsewhere from then on, and their order is lost; what is there stays', () => {
    const bench = new Bench({ topics: { work: { partitions: 2 } } });
    const send = (key: string) => {
      const { partitions } = taken(bench.cluster.metadata('work'));
      const partition = partitionForKey(key, partitions.length);
      bench.put(`${key}=x`, { partition });
      return partition;
    };
    const keys = Array.from({ length: 20 }, (_, n) => `k${n}`);
    const before = keys.map(send);
    expect(bench.cluster.createPartitions('work', 3)).toEqual({ partitions: 3 });
    const after = keys.map(send);
    expect(before.filter((partition, n) => partition !== after[n]).length).toBeGreaterThan(5);
    expect(new Set(after)).toEqual(new Set([0, 1, 2]));
    expect(bench.read().split(' ').length).toBe([...before, ...after].filter((partition) => partition === 0).length);
  });

  test('fact 38: a topic never has fewer', () => {
    const { cluster } = new Bench({ topics: { work: { partitions: 2 } } });
    for (const count of [1, 2])
      expect(cluster.createPartitions('work', count)).toEqual({ error: 'INVALID_PARTITIONS' });
  });

  test('fact 38: with the same number of partitions a key always has the same one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 50 }), (key, partitions) => {
        const at = partitionForKey(key, partitions);
        expect(at).toBe(partitionForKey(key, partitions));
        expect(at >= 0 && at < partitions).toBe(true);
      }),
    );
  });
});
