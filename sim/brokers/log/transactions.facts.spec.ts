import { beforeEach, describe, expect, test } from 'vitest';
import { Bench, record, taken } from './bench.fixture.ts';
import type { ProducerOf } from './transactions.ts';

/** A producer with a transactional id, as a client of 4.1 keeps it: every end gives it a new epoch. */
class Client {
  /** By partition. */
  readonly #sequences = new Map<number, number>();
  now: ProducerOf;

  constructor(
    readonly bench: Bench,
    readonly id = 't',
  ) {
    this.now = taken(bench.cluster.transactions.initProducerId({ transactionalId: id }));
  }

  get asking() {
    return { transactionalId: this.id, ...this.now };
  }

  send(names: string, partition = 0) {
    const { producerId: id, epoch } = this.now;
    const firstSequence = this.#sequences.get(partition) ?? 0;
    const producer = { id, epoch, firstSequence, transactional: true };
    const sent = this.bench.send(names, { partition, producer });
    if (!('error' in sent)) this.#sequences.set(partition, firstSequence + names.split(' ').length);
    this.bench.replicate(partition);
    return sent;
  }

  end(outcome: 'commit' | 'abort') {
    const ended = this.bench.cluster.transactions.endTxn(this.asking, outcome);
    if ('error' in ended) return ended;
    if (ended.epoch !== this.now.epoch) this.#sequences.clear();
    this.now = ended;
    return ended;
  }
}

let bench: Bench;
let client: Client;

function start(profile: '3.9' | '4.1' = '4.1'): void {
  bench = new Bench({ topics: { work: { partitions: 2 } }, profile });
  client = new Client(bench);
}

beforeEach(() => start());

const coordinator = () => bench.cluster.transactions;

test('fact 29: a producer without a transactional id gets an id of its own, and begins with epoch 0', () => {
  const made = [1, 2].map(() => taken(coordinator().initProducerId()));
  expect(made.map(({ epoch }) => epoch)).toEqual([0, 0]);
  expect(new Set([client.now, ...made].map(({ producerId }) => producerId)).size).toBe(3);
});

describe('fact 35: what read_committed reads', () => {
  test('fact 35: it stops where the first open transaction begins, and holds back what others wrote later', () => {
    bench.put('before');
    client.send('a');
    bench.put('after');
    expect(bench.read()).toBe('before a after');
    expect(bench.read('read_committed')).toBe('before');
    expect(bench.cluster.listOffsets('work', 0, 'latest', 'read_committed')).toEqual({ offset: 1 });
    expect(bench.cluster.listOffsets('work', 0, 'latest', 'read_uncommitted')).toEqual({ offset: 3 });
    client.end('commit');
    expect(bench.read('read_committed')).toBe('before');
    bench.mark();
    expect(bench.read('read_committed')).toBe('before a after');
  });

  test('fact 35: what was aborted is passed over, and read all the same by read_uncommitted', () => {
    client.send('a');
    bench.put('b');
    client.end('abort');
    bench.mark();
    client.send('c');
    client.end('commit');
    bench.mark();
    expect(bench.read('read_committed')).toBe('b c');
    expect(bench.read()).toBe('a b c');
  });

  test('fact 35: a marker counts when it is replicated', () => {
    client.send('a');
    client.end('commit');
    coordinator().writeMarkers('t');
    expect(bench.partition().leader?.end).toBe(2);
    expect(bench.read('read_committed')).toBe('');
    bench.replicate();
    expect(bench.read('read_committed')).toBe('a');
  });

  test('fact 35: of two that are open the first to begin holds back, whichever ends first', () => {
    const other = new Client(bench, 'u');
    client.send('a');
    other.send('b');
    other.end('commit');
    bench.mark();
    expect(bench.read('read_committed')).toBe('');
    client.end('abort');
    bench.mark();
    expect(bench.read('read_committed')).toBe('b');
  });

  test('fact 35: a transaction over two partitions is read in both', () => {
    client.send('a');
    client.send('b', 1);
    client.end('commit');
    bench.mark();
    const fetch = { topic: 'work', partition: 1, offset: 0, isolation: 'read_committed', maxRecords: 9 } as const;
    expect(taken(bench.cluster.fetch(fetch))).toMatchObject({ records: [{ offset: 0 }], nextOffset: 2 });
    expect(bench.read('read_committed')).toBe('a');
  });
});

describe('fact 30: offsets are sparse', () => {
  test('fact 30: markers take offsets that no consumer is handed, and positions go past them', () => {
    client.send('a');
    client.end('commit');
    bench.mark();
    bench.put('b');
    const { records, nextOffset } = bench.fetch(0);
    expect(records.map(({ offset }) => offset)).toEqual([0, 2]);
    expect(nextOffset).toBe(3);
    expect(bench.fetch(1, 'read_uncommitted', 1)).toMatchObject({ records: [{ offset: 2 }], nextOffset: 3 });
  });

  test('fact 30: a position goes past aborted records too', () => {
    client.send('a b');
    client.end('abort');
    bench.mark();
    expect(bench.fetch(0, 'read_committed')).toMatchObject({ records: [], nextOffset: 3 });
  });
});

describe('fact 37: the transactional id belongs to one producer at a time', () => {
  test.each(['3.9', '4.1'] as const)(
    'fact 37: the next one in %s fences the one before and aborts its transaction',
    (profile) => {
      start(profile);
      if (profile === '3.9') taken(coordinator().addPartitionsToTxn(client.asking, [{ topic: 'work', partition: 0 }]));
      client.send('a');
      expect(coordinator().initProducerId({ transactionalId: 't' })).toEqual({ error: 'CONCURRENT_TRANSACTIONS' });
      bench.mark();
      const next = new Client(bench);
      expect(next.now).toMatchObject({ producerId: client.now.producerId, epoch: profile === '3.9' ? 2 : 3 });
      expect(client.send('b')).toEqual({ error: 'INVALID_PRODUCER_EPOCH' });
      expect(client.end('commit')).toEqual({ error: 'PRODUCER_FENCED' });
      expect(coordinator().addPartitionsToTxn(client.asking, [])).toEqual({ error: 'PRODUCER_FENCED' });
      expect(bench.read('read_committed')).toBe('');
      expect(bench.journal.filter((line) => line.startsWith('t'))).toEqual([
        `t began ${client.now.producerId}:0:1`,
        `t fenced ${client.now.producerId}:0:1: new producer`,
        `t aborted ${client.now.producerId}:0:1: new producer`,
        `t completed ${client.now.producerId}:0:1`,
      ]);
    },
  );

  test('fact 37: without an open transaction the epoch goes on by one, and nothing is aborted', () => {
    expect(new Client(bench).now).toEqual({ producerId: client.now.producerId, epoch: 1 });
    expect(client.send('a')).toEqual({ error: 'INVALID_PRODUCER_EPOCH' });
  });

  test('fact 37: until the marker is there, what the old one still sends is aborted with the rest', () => {
    client.send('a');
    coordinator().initProducerId({ transactionalId: 't' });
    expect(client.send('b')).toMatchObject({ baseOffset: 1 });
    bench.mark();
    expect(bench.read('read_committed')).toBe('');
  });

  test('fact 37: a producer that goes on after an error says whom it takes itself for', () => {
    const expected = client.now;
    expect(coordinator().initProducerId({ transactionalId: 't', expected })).toEqual({ ...expected, epoch: 1 });
    expect(coordinator().initProducerId({ transactionalId: 't', expected })).toEqual({ ...expected, epoch: 1 });
    const next = taken(coordinator().initProducerId({ transactionalId: 't' }));
    for (const epoch of [0, 1]) {
      const old = { ...expected, epoch };
      expect(coordinator().initProducerId({ transactionalId: 't', expected: old })).toEqual({
        error: 'PRODUCER_FENCED',
      });
    }
    expect(coordinator().initProducerId({ transactionalId: 't', expected: next })).toEqual({ ...next, epoch: 3 });
  });

  test('fact 37: other ids, and producers without one, have producer ids of their own', () => {
    const ids = [new Client(bench, 'u').now.producerId, taken(coordinator().initProducerId()).producerId];
    expect(new Set([...ids, client.now.producerId]).size).toBe(3);
  });
});

describe('fact 43: offsets commit with the transaction', () => {
  const offsets = [{ topic: 'work', partition: 0, offset: 5 }];
  const committed = () => bench.cluster.groups.of('g').offsets.all.map(({ offset }) => offset);

  test.each([
    ['commit', [5]],
    ['abort', []],
  ] as const)('fact 43: at the %s the group has %o', (outcome, expected) => {
    taken(coordinator().addOffsetsToTxn(client.asking, 'g'));
    taken(coordinator().txnOffsetCommit(client.asking, 'g', { offsets }));
    client.send('a');
    client.end(outcome);
    expect(committed()).toEqual([]);
    bench.mark();
    expect(committed()).toEqual(expected);
  });

  test('fact 43: they are fenced by the generation, and by the producer', () => {
    taken(coordinator().addOffsetsToTxn(client.asking, 'g'));
    const late = coordinator().txnOffsetCommit(client.asking, 'g', { offsets, generation: 1, memberId: 'm' });
    expect(late).toEqual({ error: 'UNKNOWN_MEMBER_ID' });
    coordinator().initProducerId({ transactionalId: 't' });
    expect(coordinator().txnOffsetCommit(client.asking, 'g', { offsets })).toEqual({ error: 'PRODUCER_FENCED' });
  });

  test('fact 43: before 4.1 the group is added first', () => {
    start('3.9');
    expect(coordinator().txnOffsetCommit(client.asking, 'g', { offsets })).toEqual({ error: 'INVALID_TXN_STATE' });
    taken(coordinator().addPartitionsToTxn(client.asking, [{ topic: 'work', partition: 0 }]));
    expect(coordinator().txnOffsetCommit(client.asking, 'g', { offsets })).toEqual({ error: 'INVALID_TXN_STATE' });
    start('4.1');
    taken(coordinator().txnOffsetCommit(client.asking, 'g', { offsets }));
    client.end('commit');
    bench.mark();
    expect(committed()).toEqual([5]);
  });
});

describe('the coordinator', () => {
  test('the next transaction waits until the last one has its markers', () => {
    client.send('a');
    client.end('commit');
    expect(client.send('b')).toEqual({ error: 'CONCURRENT_TRANSACTIONS' });
    expect(coordinator().addOffsetsToTxn(client.asking, 'g')).toEqual({ error: 'CONCURRENT_TRANSACTIONS' });
    bench.mark();
    client.send('b');
    client.end('abort');
    bench.mark();
    expect(bench.read('read_committed')).toBe('a');
  });

  test.each(['3.9', '4.1'] as const)(
    'an end whose answer was lost may be asked for again in %s, and not another one',
    (profile) => {
      start(profile);
      const { asking } = client;
      taken(coordinator().addPartitionsToTxn(asking, [{ topic: 'work', partition: 0 }]));
      client.send('a');
      const ended = client.end('commit');
      expect(ended).toMatchObject({ epoch: profile === '3.9' ? 0 : 1 });
      expect(coordinator().endTxn(asking, 'commit')).toEqual({ error: 'CONCURRENT_TRANSACTIONS' });
      bench.mark();
      expect(coordinator().endTxn(asking, 'commit')).toEqual(ended);
      expect(coordinator().endTxn(asking, 'abort')).toEqual({ error: 'INVALID_TXN_STATE' });
    },
  );

  test('a transaction that was never begun cannot end', () => {
    expect(client.end('commit')).toEqual({ error: 'INVALID_TXN_STATE' });
    const nobody = { transactionalId: 'x', producerId: 1, epoch: 0 };
    expect(coordinator().endTxn(nobody, 'commit')).toEqual({ error: 'INVALID_PRODUCER_ID_MAPPING' });
  });

  test('since 4.0 one of which nothing arrived can be aborted, with a new epoch, and before that it cannot', () => {
    const { asking } = client;
    const ended = client.end('abort');
    expect(ended).toEqual({ producerId: asking.producerId, epoch: asking.epoch + 1 });
    expect(coordinator().endTxn(asking, 'abort')).toEqual(ended);
    client.send('a');
    client.end('commit');
    bench.mark();
    expect(client.end('abort')).toMatchObject({ epoch: asking.epoch + 3 });
    expect(bench.read('read_committed')).toBe('a');
    start('3.9');
    expect(client.end('abort')).toEqual({ error: 'INVALID_TXN_STATE' });
  });

  test('since 4.0 a producer that the partition does not know begins with its first batch', () => {
    const produce = (firstSequence: number) => {
      const { producerId: id, epoch } = client.now;
      const producer = { id, epoch, firstSequence, transactional: true };
      const request = { topic: 'work', partition: 0, acks: 'all', records: [record('a')] } as const;
      return bench.cluster.produce({ ...request, producer });
    };
    expect(produce(1)).toEqual({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' });
    expect([produce(0), produce(1)]).toMatchObject([{ baseOffset: 0 }, { baseOffset: 1 }]);
    start('3.9');
    taken(coordinator().addPartitionsToTxn(client.asking, [{ topic: 'work', partition: 0 }]));
    expect(produce(1)).toMatchObject({ baseOffset: 0 });
  });

  test('before 4.1 a batch for a partition that was not added is refused', () => {
    start('3.9');
    expect(client.send('a')).toEqual({ error: 'INVALID_TXN_STATE' });
    const nowhere = coordinator().addPartitionsToTxn(client.asking, [{ topic: 'work', partition: 7 }]);
    expect(nowhere).toEqual({ error: 'UNKNOWN_TOPIC_OR_PARTITION' });
    taken(coordinator().addPartitionsToTxn(client.asking, [{ topic: 'work', partition: 0 }]));
    expect(client.send('a')).toMatchObject({ baseOffset: 0 });
  });

  test('what lasts longer than its time-out is aborted at the next look, and its producer fenced', () => {
    bench.nowUs = 1_000_000;
    client.send('a');
    expect(coordinator().nextDeadlineUs).toBe(70_000_000);
    bench.nowUs = 69_999_999;
    coordinator().tick();
    expect(coordinator().unfinished).toEqual(['t']);
    bench.nowUs = 70_000_000;
    coordinator().tick();
    bench.mark();
    expect(coordinator().unfinished).toEqual([]);
    expect(coordinator().nextDeadlineUs).toBe(Infinity);
    expect(client.end('commit')).toEqual({ error: 'PRODUCER_FENCED' });
    expect(bench.journal).toContain(`t aborted ${client.now.producerId}:0:1: timed out`);
    expect(bench.read('read_committed')).toBe('');
  });

  test.each(['3.9', '4.1'] as const)('its producer is fenced, whomever it takes itself for: %s', (profile) => {
    start(profile);
    client.now = taken(coordinator().initProducerId({ transactionalId: 't' }));
    if (profile === '3.9') taken(coordinator().addPartitionsToTxn(client.asking, [{ topic: 'work', partition: 0 }]));
    client.send('a');
    bench.nowUs = 70_000_000;
    coordinator().tick();
    bench.mark();
    const again = coordinator().initProducerId({ transactionalId: 't', expected: client.now });
    expect([client.now.epoch, again]).toEqual([1, { error: 'PRODUCER_FENCED' }]);
  });

  test('one whose producer says nothing of its time has a minute', () => {
    bench.nowUs = 9_999_999;
    client.send('a');
    expect(coordinator().nextDeadlineUs).toBe(70_000_000);
  });

  test('a time-out of none, or of more than 15 minutes, is refused', () => {
    for (const timeoutUs of [-1, 0, 900_000_001]) {
      const asked = coordinator().initProducerId({ transactionalId: 't', timeoutUs });
      expect(asked).toEqual({ error: 'INVALID_TRANSACTION_TIMEOUT' });
    }
    expect(coordinator().initProducerId({ transactionalId: 't', timeoutUs: 900_000_000 })).toHaveProperty('epoch', 1);
  });

  test('a marker that was lost with its leader is written again', () => {
    client.send('a');
    client.end('commit');
    coordinator().writeMarkers('t');
    bench.failover();
    expect(coordinator().unfinished).toEqual(['t']);
    bench.mark();
    expect(bench.read('read_committed')).toBe('a');
    expect(coordinator().unfinished).toEqual([]);
  });

  test('markers are written once, however often they are due, and none into a transaction that is open', () => {
    const markers = () => bench.partition().leader?.entries.filter((entry) => 'marker' in entry).length;
    client.send('a');
    coordinator().writeMarkers('t');
    expect(markers()).toBe(0);
    client.end('commit');
    for (let n = 0; n < 2; n++) coordinator().writeMarkers('t');
    expect(markers()).toBe(1);
    bench.mark();
    client.send('b');
    coordinator().writeMarkers('t');
    expect(markers()).toBe(1);
    expect(coordinator().unfinished).toEqual(['t']);
  });

  test('a marker waits for a leader', () => {
    client.send('a');
    client.end('commit');
    for (const node of [0, 1, 2]) bench.partition().stop(node);
    bench.mark();
    expect(coordinator().unfinished).toEqual(['t']);
    for (const node of [0, 1, 2]) bench.partition().start(node);
    bench.mark();
    expect(coordinator().unfinished).toEqual([]);
    expect(bench.read('read_committed')).toBe('a');
  });
});
