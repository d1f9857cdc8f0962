/** What a record costs does not grow with the log: counted in entries that are looked at, not in time. */
import { expect, test } from 'vitest';
import { Bench, taken } from './bench.fixture.ts';
import type { Isolation } from './replica.ts';

/** How many entries are looked at while so many records are written, replicated and read by three readers that keep up. */
function workOf(records: number, o: { batch: number; transactional?: boolean }): number {
  const bench = new Bench({ topics: { work: { partitions: 1 } } });
  const { transactions } = bench.cluster;
  const isolations: readonly Isolation[] = ['read_committed', 'read_uncommitted', 'read_uncommitted'];
  const positions = [0, 0, 0];
  const names = Array.from({ length: o.batch }, () => 'm').join(' ');
  let now = taken(transactions.initProducerId({ transactionalId: 't' }));
  let firstSequence = 0;
  for (let n = 0; n < records; n += o.batch) {
    const { producerId: id, epoch } = now;
    bench.put(names, { producer: { id, epoch, firstSequence, transactional: o.transactional === true } });
    firstSequence += o.batch;
    if (o.transactional) {
      now = taken(transactions.endTxn({ transactionalId: 't', ...now }, n % 2 === 0 ? 'commit' : 'abort'));
      firstSequence = 0;
      bench.mark();
    }
    for (const [at, isolation] of isolations.entries()) {
      positions[at] = bench.fetch(positions[at] as number, isolation).nextOffset;
    }
  }
  expect(positions).toEqual(positions.map(() => bench.partition().leader?.end));
  return bench.partition().replicas.reduce((sum, { work }) => sum + work, 0);
}

test.each([{ batch: 1 }, { batch: 10 }, { batch: 5, transactional: true }])(
  'ten times the records are ten times the work: %o',
  (o) => {
    const few = workOf(1000, o) / 1000;
    const many = workOf(10_000, o) / 10_000;
    expect(many).toBeLessThan(few * 1.01);
    // Three replicas append it, three readers read it.
    expect(many).toBeLessThan(o.transactional ? 8 : 6.01);
  },
);

test('a reader from anywhere finds its place at once, and with holes by halves', () => {
  const bench = new Bench({ topics: { work: { partitions: 1, cleanup: 'compact' } } });
  const names = Array.from({ length: 4096 }, (_, n) => (n % 2 === 0 ? `k=${n}` : `k${n}=${n}`));
  bench.put(names.join(' '));
  const leader = bench.partition().leader;
  const lookUp = (offset: number): number => {
    const before = leader?.work ?? 0;
    expect(bench.fetch(offset, 'read_uncommitted', 1).records).toMatchObject([{ offset }]);
    return (leader?.work ?? 0) - before;
  };
  expect([1, 1001, 4001].map(lookUp)).toEqual([1, 1, 1]);
  taken(bench.cluster.compact('work', 0));
  expect(Math.max(...[1, 1001, 4001].map(lookUp))).toBeLessThanOrEqual(13);
});

test('what is known of a producer does not grow with what it sends', () => {
  const bench = new Bench({ topics: { work: { partitions: 1 } } });
  for (let n = 0; n < 100; n++)
    bench.put('m', { producer: { id: 7, epoch: 0, firstSequence: n, transactional: false } });
  const known = bench.partition().leader?.producers.batchesOf(7) ?? [];
  expect(known.map(({ firstSequence }) => firstSequence)).toEqual([95, 96, 97, 98, 99]);
});
