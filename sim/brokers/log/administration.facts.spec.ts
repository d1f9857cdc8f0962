import { beforeEach, describe, expect, test } from 'vitest';
import { Administration, type NewTopic } from './administration.ts';
import { Bench, record, taken } from './bench.fixture.ts';
import { isMarker } from './record.ts';

let bench: Bench;
let admin: Administration;

beforeEach(() => {
  bench = new Bench({ topics: { work: { partitions: 1 } } });
  admin = new Administration(bench.cluster, { partitions: 2, replicas: 3 });
});

const wanted = (name: string, o: Partial<NewTopic> = {}): NewTopic => {
  return { name, partitions: 1, replicas: 1, assignment: [], config: {}, ...o };
};
const topic = (name: string) => bench.cluster.topic(name);

describe('topics that come and go', () => {
  test('one is made with its partitions, its replicas and its settings', () => {
    expect(admin.createTopic(wanted('new', { partitions: 3, config: { 'cleanup.policy': 'compact' } }))).toEqual({
      partitions: 3,
      replicas: 1,
    });
    expect(topic('new')?.partitions.map(({ o }) => o.nodes.length)).toEqual([1, 1, 1]);
    expect(topic('new')?.isCompacted).toBe(true);
    const [name] = ['new'];
    expect(bench.cluster.produce({ topic: name, partition: 0, acks: 1, records: [record('x')] })).toEqual({
      error: 'INVALID_RECORD',
    });
  });

  test('-1 stands for the defaults; whoever only asks makes nothing', () => {
    expect(admin.createTopic(wanted('asked', { partitions: -1, replicas: -1 }), true)).toEqual({
      partitions: 2,
      replicas: 3,
    });
    expect(topic('asked')).toBeUndefined();
    expect(admin.autoCreate('asked')).toBeUndefined();
    expect(topic('asked')?.partitions).toHaveLength(2);
  });

  test('an assignment says on which brokers they are', () => {
    const assignment = [
      [2, 0],
      [1, 2],
    ];
    admin.createTopic(wanted('placed', { partitions: -1, replicas: -1, assignment }));
    expect(topic('placed')?.partitions.map(({ o, leader }) => [leader?.node, o.nodes])).toEqual([
      [2, [2, 0]],
      [1, [1, 2]],
    ]);
  });

  test.each<[string, NewTopic]>([
    ['TOPIC_ALREADY_EXISTS', wanted('work')],
    ['INVALID_TOPIC_EXCEPTION', wanted('not so')],
    ['INVALID_TOPIC_EXCEPTION', wanted('..')],
    ['INVALID_PARTITIONS', wanted('none', { partitions: 0 })],
    ['INVALID_REPLICATION_FACTOR', wanted('many', { replicas: 4 })],
    ['INVALID_REPLICA_ASSIGNMENT', wanted('far', { partitions: -1, replicas: -1, assignment: [[7]] })],
    ['INVALID_REPLICA_ASSIGNMENT', wanted('far', { partitions: -1, replicas: -1, assignment: [[]] })],
    ['INVALID_REQUEST', wanted('both', { assignment: [[0]] })],
    ['INVALID_CONFIG', wanted('odd', { config: { 'cleanup.policy': 'burn' } })],
    ['INVALID_CONFIG', wanted('odd', { config: { 'no.such': '1' } })],
  ])('%s', (error, asked) => {
    expect(admin.createTopic(asked)).toMatchObject({ error });
    expect(topic('many') ?? topic('none') ?? topic('odd')).toBeUndefined();
  });

  test('one that is deleted takes its records and committed offsets with it; who waits for its replicas is told', () => {
    bench.cluster.groups.of('g').commit({ offsets: [{ topic: 'work', partition: 0, offset: 1 }] });
    const told: unknown[] = [];
    taken(bench.send('a')).whenReplicated?.((error) => told.push(error));
    expect(admin.deleteTopic('work')).toBeUndefined();
    expect(told).toEqual(['UNKNOWN_TOPIC_OR_PARTITION']);
    expect(bench.cluster.groups.of('g').offsets.all).toEqual([]);
    expect(bench.send('b')).toEqual({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
    expect(admin.deleteTopic('work')).toEqual({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
    admin.createTopic(wanted('work'));
    expect(bench.read()).toBe('');
  });

  test('so is who waits for its next record', () => {
    admin.createTopic(wanted('two', { partitions: 2 }));
    bench.readable.length = 0;
    admin.deleteTopic('two');
    expect(bench.readable).toEqual(['two/0', 'two/1']);
  });

  test('an open transaction that wrote to one that was deleted can still end', () => {
    const { transactions } = bench.cluster;
    const asking = {
      transactionalId: 't',
      ...taken(transactions.initProducerId({ transactionalId: 't', isV1: true })),
    };
    transactions.addPartitionsToTxn(asking, [{ topic: 'work', partition: 0 }]);
    admin.deleteTopic('work');
    expect(transactions.endTxn(asking, 'commit')).toMatchObject({ epoch: 0 });
    bench.writeMarkers();
    expect(transactions.unfinished).toEqual([]);
  });
});

describe('a topic that changes', () => {
  test('partitions are added, and never taken away', () => {
    expect(admin.createPartitions('work', 3, { isOnlyAsked: true })).toBeUndefined();
    expect(topic('work')?.partitions).toHaveLength(1);
    admin.createPartitions('work', 3, {
      assignment: [
        [0, 1, 2],
        [2, 1, 0],
      ],
    });
    expect(topic('work')?.partitions.map(({ leader }) => leader?.node)).toEqual([0, 0, 2]);
    expect(admin.createPartitions('work', 3)).toMatchObject({ error: 'INVALID_PARTITIONS' });
    expect(admin.createPartitions('work', 5, { assignment: [[0, 1, 2]] })).toMatchObject({
      error: 'INVALID_REPLICA_ASSIGNMENT',
    });
    expect(admin.createPartitions('none', 5)).toMatchObject({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
  });

  test('a setting takes effect; what AlterConfigs leaves out has its default again', () => {
    admin.alterTopic('work', { 'max.message.bytes': '4', 'retention.ms': '1000' });
    expect(bench.send('long')).toEqual({ error: 'MESSAGE_TOO_LARGE' });
    expect(topic('work')?.retentionUs).toBe(1_000_000);
    admin.changeTopic('work', { 'min.insync.replicas': '3' });
    expect(topic('work')?.retentionUs).toBe(1_000_000);
    admin.alterTopic('work', { 'min.insync.replicas': '3' });
    bench.partition().fallBehind(2);
    expect(bench.send('x')).toEqual({ error: 'NOT_ENOUGH_REPLICAS' });
    admin.alterTopic('work', {});
    bench.put('x');
    expect(bench.read()).toBe('x');
  });

  test('what it was given is told apart from defaults', () => {
    admin.changeTopic('work', { 'cleanup.policy': 'compact' });
    const all = admin.describeTopic('work') as { name: string; value: string; isDefault: boolean }[];
    const one = (name: string) => all.find((each) => each.name === name);
    expect(one('cleanup.policy')).toMatchObject({ value: 'compact', isDefault: false });
    expect(one('retention.ms')).toMatchObject({ value: '604800000', isDefault: true });
    expect(admin.alterTopic('work', { 'min.insync.replicas': 'none' })).toMatchObject({ error: 'INVALID_CONFIG' });
    expect(admin.describeTopic('none')).toEqual({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
  });

  test('records are deleted up to an offset, or up to all that is committed', () => {
    bench.put('a b c');
    expect(admin.deleteRecords('work', 0, 4)).toEqual({ error: 'OFFSET_OUT_OF_RANGE' });
    expect(admin.deleteRecords('work', 0, 1, 1)).toEqual({ error: 'NOT_LEADER_OR_FOLLOWER' });
    expect(admin.deleteRecords('work', 0, 1)).toMatchObject({ from: 0, to: 1 });
    expect(bench.read()).toBe('b c');
    admin.deleteRecords('work', 0, -1);
    expect(bench.read()).toBe('');
  });
});

describe('what clients read that pass over markers by themselves', () => {
  test('markers and aborted records are there, with where each aborted transaction begins', () => {
    const { transactions } = bench.cluster;
    const asking = {
      transactionalId: 't',
      ...taken(transactions.initProducerId({ transactionalId: 't', isV1: true })),
    };
    const producer = { id: asking.producerId, epoch: 0, firstSequence: 0, transactional: true };
    bench.put('a');
    transactions.addPartitionsToTxn(asking, [{ topic: 'work', partition: 0 }]);
    bench.put('lost', { producer });
    transactions.endTxn(asking, 'abort');
    bench.mark();
    bench.put('b');
    const of = { topic: 'work', partition: 0, offset: 0, maxRecords: 10 } as const;
    const { entries, aborted } = taken(bench.cluster.fetchEntries({ ...of, isolation: 'read_committed' }));
    expect(entries.map((entry) => (isMarker(entry) ? entry.marker : entry.envelope.message.id))).toEqual([
      'a',
      'lost',
      'abort',
      'b',
    ]);
    expect(aborted).toEqual([{ producerId: asking.producerId, firstOffset: 1 }]);
    expect(taken(bench.cluster.fetchEntries({ ...of, isolation: 'read_uncommitted' })).aborted).toEqual([]);
  });

  test('of no record, there is nothing that was aborted', () => {
    const { transactions } = bench.cluster;
    const begun = ['aborted', 'open'].map((transactionalId) => {
      const asking = { transactionalId, ...taken(transactions.initProducerId({ transactionalId })) };
      transactions.addPartitionsToTxn(asking, [{ topic: 'work', partition: 0 }]);
      bench.put(transactionalId, {
        producer: { id: asking.producerId, epoch: 0, firstSequence: 0, transactional: true },
      });
      return asking;
    });
    transactions.endTxn(begun[0] as (typeof begun)[0], 'abort');
    bench.mark();
    // Before this offset the aborted one began, and its marker is behind.
    const of = { topic: 'work', partition: 0, offset: 1, maxRecords: 10, isolation: 'read_committed' } as const;
    expect(taken(bench.cluster.fetchEntries(of))).toMatchObject({ entries: [], aborted: [] });
  });

  test('at least one record, however small the limit', () => {
    bench.put('a b c');
    const of = { topic: 'work', partition: 0, offset: 1, maxRecords: 10, isolation: 'read_uncommitted' } as const;
    expect(taken(bench.cluster.fetchEntries({ ...of, maxBytes: 1 })).entries).toMatchObject([{ offset: 1 }]);
  });

  test('offsets are found by the time that producers say', () => {
    bench.cluster.produce({
      topic: 'work',
      partition: 0,
      acks: 1,
      records: [5, 9, 7].map((timeUs) => ({ ...record('x'), timeUs })),
    });
    bench.replicate();
    const at = (timeUs: number) => bench.cluster.offsetAt('work', 0, timeUs, { isolation: 'read_uncommitted' });
    expect([at(0), at(6), at(10)]).toMatchObject([{ offset: 0 }, { offset: 1 }, undefined]);
    expect(
      bench.cluster.fetch({ topic: 'work', partition: 0, offset: 0, isolation: 'read_committed', maxRecords: 1 }),
    ).toMatchObject({
      records: [{ timeUs: 5 }],
    });
  });
});

describe('a transaction of a client that speaks the protocol of before 4.0 (KIP-890)', () => {
  test('keeps its epoch and its sequences from one transaction to the next, and adds partitions itself', () => {
    const { transactions } = bench.cluster;
    const asking = {
      transactionalId: 't',
      ...taken(transactions.initProducerId({ transactionalId: 't', isV1: true })),
    };
    const producer = { id: asking.producerId, epoch: asking.epoch, transactional: true };
    expect(bench.send('a', { producer: { ...producer, firstSequence: 0 } })).toEqual({ error: 'INVALID_TXN_STATE' });
    for (const [firstSequence, name] of ['a', 'b'].entries()) {
      transactions.addPartitionsToTxn(asking, [{ topic: 'work', partition: 0 }]);
      bench.put(name, { producer: { ...producer, firstSequence } });
      expect(transactions.endTxn(asking, 'commit')).toEqual({ producerId: asking.producerId, epoch: asking.epoch });
      bench.mark();
    }
    expect(bench.read('read_committed')).toBe('a b');
  });
});
