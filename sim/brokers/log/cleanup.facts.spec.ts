import { describe, expect, test } from 'vitest';
import { type Bench, idOf, oneTopic, taken } from './bench.fixture.ts';

const DAY_US = 86_400_000_000;

function compact(bench: Bench, activeRecords = 1): string {
  return taken(bench.cluster.compact('work', 0, activeRecords))
    .removed.map(idOf)
    .join(' ');
}

/** A transaction of one record each on keys a and b, ended so. */
function transact(bench: Bench, names: string, outcome: 'commit' | 'abort' | undefined, transactionalId = 't'): void {
  const { transactions } = bench.cluster;
  const now = taken(transactions.initProducerId({ transactionalId }));
  const producer = { id: now.producerId, epoch: now.epoch, firstSequence: 0, transactional: true };
  bench.put(names, { producer });
  if (outcome) transactions.endTxn({ transactionalId, ...now }, outcome);
  bench.mark();
}

describe('fact 39: what compaction keeps', () => {
  test('fact 39: the last value of each key stays, at its offset', () => {
    const bench = oneTopic({ cleanup: 'compact' });
    bench.put('a=1 b=2 a=3 c=4 b=5 z=6');
    expect(compact(bench)).toBe('1 2');
    expect(bench.fetch(0).records.map(({ offset, key }) => `${offset}${key}`)).toEqual(['2a', '3c', '4b', '5z']);
    bench.put('a=7 z=8');
    expect(compact(bench)).toBe('3');
    expect(bench.read()).toBe('4 5 6 7 8');
  });

  test('fact 39: tombstones go later, when they were met and the time for readers to see them is over', () => {
    const bench = oneTopic({ cleanup: 'compact' });
    bench.put('a=1 a= z=2');
    bench.nowUs = 5 * DAY_US;
    expect(compact(bench)).toBe('1');
    bench.nowUs = 6 * DAY_US - 1;
    expect(compact(bench)).toBe('');
    expect(bench.fetch(0).records.map(({ tombstone }) => tombstone)).toEqual([true, false]);
    bench.nowUs = 6 * DAY_US;
    expect(taken(bench.cluster.compact('work', 0)).removed).toMatchObject([{ offset: 1 }]);
    expect(bench.read()).toBe('2');
  });

  test('fact 39: a broker that is down compacts nothing', () => {
    const bench = oneTopic({ cleanup: 'compact' });
    bench.put('a=1 a=2 z=3');
    bench.partition().stop(2);
    expect(compact(bench)).toBe('1');
    const held = bench.partition().replicas.map(({ entries }) => entries.length);
    expect(held).toEqual([2, 2, 3]);
  });

  test('fact 39: nothing in the active tail goes, or makes another one go', () => {
    const bench = oneTopic({ cleanup: 'compact' });
    bench.put('a=1 a=2 a=3 a=4');
    expect(compact(bench, 3)).toBe('');
    expect(compact(bench, 2)).toBe('1');
    expect(compact(bench)).toBe('2');
    expect(bench.read()).toBe('3 4');
  });

  test('fact 39: nothing above the last stable offset goes, or makes another one go', () => {
    const bench = oneTopic({ cleanup: 'compact' });
    bench.put('a=1 a=2');
    transact(bench, 'a=3', undefined);
    bench.put('a=4 a=5');
    expect(compact(bench)).toBe('1');
    expect(bench.read()).toBe('2 3 4 5');
  });

  test('fact 39: an aborted value is no last value', () => {
    const bench = oneTopic({ cleanup: 'compact' });
    bench.put('a=1');
    transact(bench, 'a=2', 'abort');
    bench.put('z=3');
    expect(compact(bench)).toBe('2');
    expect(bench.read('read_committed')).toBe('1 3');
  });

  test('fact 39: a marker stays while its records do, and then a while', () => {
    const bench = oneTopic({ cleanup: 'compact' });
    transact(bench, 'a=1', 'commit');
    bench.put('z=2');
    const markers = () => bench.partition().leader?.entries.filter((entry) => 'marker' in entry).length;
    compact(bench);
    bench.nowUs += 2 * DAY_US;
    compact(bench);
    expect(markers()).toBe(1);
    bench.put('a=3 z=4 y=5');
    compact(bench);
    expect(bench.read()).toBe('3 4 5');
    bench.nowUs += DAY_US;
    compact(bench);
    expect(markers()).toBe(0);
  });

  test('fact 39: a record without a key is refused', () => {
    const bench = oneTopic({ cleanup: 'compact' });
    for (const names of ['m', 'k=a m', 'm k=a']) expect(bench.send(names)).toEqual({ error: 'INVALID_RECORD' });
  });

  test('fact 30: compaction leaves holes, and a position in one goes on behind it', () => {
    const bench = oneTopic({ cleanup: 'compact' });
    bench.put('a=1 a=2 a=3 b=4 b=5 z=6');
    compact(bench);
    expect(bench.fetch(0, 'read_uncommitted', 1)).toMatchObject({ records: [{ offset: 2 }], nextOffset: 3 });
    expect(bench.fetch(3, 'read_uncommitted', 1)).toMatchObject({ records: [{ offset: 4 }], nextOffset: 5 });
    expect(bench.cluster.listOffsets('work', 0, 'earliest', 'read_uncommitted')).toEqual({ offset: 0 });
  });

  test.each([
    ['compaction', (bench: Bench) => void compact(bench)],
    ['retention', (bench: Bench) => void taken(bench.cluster.removeRecords('work', 0, 3))],
  ])('fact 29: %s leaves known what was written, also where a log is cut back later', (_, clean) => {
    const bench = oneTopic({ cleanup: 'compact' });
    const by = (firstSequence: number) => ({ producer: { id: 7, epoch: 0, firstSequence, transactional: false } });
    bench.put('b=0', by(0));
    bench.put('a=1', by(1));
    bench.put('a=2', by(2));
    bench.put('a=3 z=4');
    clean(bench);
    bench.replicate();
    bench.send('z=lost', { acks: 1 });
    bench.failover();
    bench.replicate();
    bench.failover();
    expect(bench.partition().leader?.node).toBe(0);
    expect(bench.send('a=2', by(2))).toMatchObject({ duplicate: true, baseOffset: 2 });
    expect(bench.send('a=9', by(9))).toEqual({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' });
    expect(bench.send('a=5', by(3))).toMatchObject({ duplicate: false });
  });
});

describe('retention', () => {
  test('the start of the log moves on, whoever has read what goes; below it is out of range', () => {
    const bench = oneTopic();
    bench.put('m0 m1 m2');
    expect(bench.cluster.removeRecords('work', 0, 2)).toMatchObject({
      from: 0,
      to: 2,
      removed: [{ offset: 0 }, { offset: 1 }],
    });
    expect(bench.read()).toBe('m2');
    const below = { topic: 'work', partition: 0, offset: 1, isolation: 'read_uncommitted', maxRecords: 1 } as const;
    expect(bench.cluster.fetch(below)).toEqual({ error: 'OFFSET_OUT_OF_RANGE' });
    expect(bench.cluster.listOffsets('work', 0, 'earliest', 'read_uncommitted')).toEqual({ offset: 2 });
    expect(bench.cluster.removeRecords('work', 0, 1)).toMatchObject({ from: 2, to: 2, removed: [] });
  });

  test('what is not committed stays', () => {
    const bench = oneTopic();
    bench.put('m0');
    bench.send('m1');
    expect(bench.cluster.removeRecords('work', 0, Infinity)).toMatchObject({ to: 1, removed: [{ offset: 0 }] });
    bench.replicate();
    expect(bench.read()).toBe('m1');
  });

  test('of the transactions that were aborted those are forgotten whose markers have gone', () => {
    const bench = oneTopic();
    for (const name of ['m0', 'm2']) transact(bench, name, 'abort');
    const aborted = () =>
      bench
        .partition()
        .leader?.abortedBetween(0, Infinity)
        .map(({ firstOffset }) => firstOffset);
    expect(aborted()).toEqual([0, 2]);
    taken(bench.cluster.removeRecords('work', 0, 1));
    expect(aborted()).toEqual([0, 2]);
    taken(bench.cluster.removeRecords('work', 0, 3));
    expect(aborted()).toEqual([2]);
    taken(bench.cluster.removeRecords('work', 0, 4));
    expect(aborted()).toEqual([]);
  });

  test('of a stretch the aborted transactions are told that reach into it, in the order of the log', () => {
    const bench = oneTopic();
    for (const id of ['t', 'u', 't', 'u']) transact(bench, 'm', 'abort', id);
    const aborted = (from: number, to: number) =>
      bench
        .partition()
        .leader?.abortedBetween(from, to)
        .map(({ firstOffset }) => firstOffset);
    expect(aborted(0, 8)).toEqual([0, 2, 4, 6]);
    expect(aborted(3, 5)).toEqual([2, 4]);
    expect(aborted(4, 4)).toEqual([]);
  });

  test('what is older than the retention time goes', () => {
    const bench = oneTopic({ retentionMs: 1000 });
    bench.put('m0');
    bench.nowUs = 500_000;
    bench.put('m1');
    bench.nowUs = 999_999;
    expect(bench.cluster.expire('work', 0)).toMatchObject({ removed: [] });
    bench.nowUs = 1_000_000;
    expect(bench.cluster.expire('work', 0)).toMatchObject({ removed: [{ offset: 0 }] });
    bench.nowUs = 9_000_000;
    expect(bench.cluster.expire('work', 0)).toMatchObject({ from: 1, to: 2 });
    expect(bench.fetch(2)).toMatchObject({ records: [], nextOffset: 2, logStart: 2 });
    bench.put('m2');
    expect(bench.read()).toBe('m2');
  });

  test('a follower that has nothing of what is left begins where the log begins, and knows the producers', () => {
    const bench = oneTopic();
    const by = (firstSequence: number) => ({ producer: { id: 7, epoch: 0, firstSequence, transactional: false } });
    bench.partition().fallBehind(1);
    bench.partition().fallBehind(2);
    bench.put('m0 m1', by(0));
    taken(bench.cluster.removeRecords('work', 0, 2));
    bench.put('m2', by(2));
    for (const node of [1, 2]) bench.partition().catchUp(node);
    bench.replicate();
    bench.failover();
    expect(bench.fetch(2).logStart).toBe(2);
    expect(bench.send('m0 m1', by(0))).toMatchObject({ duplicate: true, baseOffset: 0 });
    expect(bench.send('x', by(9))).toEqual({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' });
    bench.replicate();
    expect(bench.read()).toBe('m2');
  });

  test('fact 35: an open transaction whose first record is gone is known where a log begins later, and where one is cut back', () => {
    const bench = oneTopic();
    bench.partition().fallBehind(1);
    transact(bench, 'm0', undefined);
    taken(bench.cluster.removeRecords('work', 0, 1));
    bench.partition().catchUp(1);
    bench.put('m1');
    bench.send('lost', { acks: 1 });
    for (const leader of [1, 0]) {
      bench.failover();
      expect(bench.partition().leader?.node).toBe(leader);
      expect([bench.read(), bench.read('read_committed')]).toEqual(['m1', '']);
      bench.replicate();
    }
  });
});
