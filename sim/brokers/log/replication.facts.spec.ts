import { describe, expect, test } from 'vitest';
import { idOf, oneTopic, taken } from './bench.fixture.ts';

describe('fact 24: a consumer sees what is below the high watermark', () => {
  test.each([0, 1, 'all'] as const)(
    'fact 24: with acks %s a record is read only when all in-sync replicas have it',
    (acks) => {
      const bench = oneTopic();
      bench.send('m0', { acks });
      expect(bench.read()).toBe('');
      expect(bench.partition().leader?.end).toBe(1);
      bench.replicate();
      expect(bench.read()).toBe('m0');
    },
  );

  test('fact 24: a consumer that reads at the end of what is committed gets nothing, beyond the log an error', () => {
    const bench = oneTopic();
    bench.put('m0');
    bench.send('m1');
    expect(bench.fetch(1)).toMatchObject({ records: [], nextOffset: 1, highWatermark: 1 });
    expect(bench.fetch(2).records).toEqual([]);
    const beyond = { topic: 'work', partition: 0, offset: 3, isolation: 'read_uncommitted', maxRecords: 1 } as const;
    expect(bench.cluster.fetch(beyond)).toEqual({ error: 'OFFSET_OUT_OF_RANGE' });
  });

  test('fact 24: with one replica it is committed at once', () => {
    const bench = oneTopic({ replicas: 1 });
    bench.send('m0');
    expect(bench.read()).toBe('m0');
  });
});

describe('fact 25: what acks promises', () => {
  test('fact 25: with acks 0 the producer is told no offset, and no error', () => {
    const bench = oneTopic({ maxMessageBytes: 10 });
    expect(bench.send('m', { acks: 0 })).toMatchObject({ baseOffset: -1, appended: [{ offset: 0 }] });
    expect(bench.send('a-very-long-one', { acks: 0 })).toEqual({ baseOffset: -1, duplicate: false, appended: [] });
  });

  test('fact 25: with acks 1 a confirmed record is lost when the leader fails before anyone fetched it', () => {
    const bench = oneTopic();
    bench.put('m0');
    expect(bench.send('m1', { acks: 1 })).toMatchObject({ baseOffset: 1 });
    expect(bench.failover()).toMatchObject({ leader: 1, epoch: 1, truncatedTo: 1, lost: [{ offset: 1 }] });
    bench.put('m2');
    expect(bench.read()).toBe('m0 m2');
    expect(bench.journal).toEqual(['work/0 led by 1 in epoch 1', 'work/0 cut on 0 from 2 to 1: m1']);
  });

  test('fact 25: with acks all the answer waits for the in-sync replicas, and then one of them is enough', () => {
    const bench = oneTopic();
    const told: unknown[] = [];
    taken(bench.send('m0')).whenReplicated?.((error) => void told.push(error));
    expect(told).toEqual([]);
    bench.replicate();
    expect(told).toEqual([undefined]);
    for (const node of [0, 1]) bench.partition().stop(node);
    expect(bench.read()).toBe('m0');
  });

  test('fact 25: with acks all a leader that fails before it is replicated confirms nothing', () => {
    const bench = oneTopic();
    const told: unknown[] = [];
    taken(bench.send('m0')).whenReplicated?.((error) => void told.push(error));
    expect(bench.failover().lost.map(idOf)).toEqual(['m0']);
    expect(told).toEqual(['NOT_LEADER_OR_FOLLOWER']);
  });
});
