/** Each fault of a log in a small system: it takes effect and the history shows how; where it could change nothing it has none. */
import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../../simulate.ts';
import { entriesOf } from '../../../world.fixture.ts';
import { deliveries, facts, sleep } from '../client/consumer.fixture.ts';
import { type Asked, fate, type Log, run, type Topic } from './fault.fixture.ts';

const FIRST = '1st delivery of Order#o0 to workers';
const COMMIT = 'offset commit on log';
const PRODUCE = 'produce of Order to log';

/** Values of one field, in order. */
const told = (record: RunRecord, kind: string, ...names: readonly string[]): unknown[] =>
  facts(record, kind).map((fact) => (names.length === 1 ? fact[names[0] as string] : names.map((name) => fact[name])));

async function played(asked: Asked): Promise<RunRecord> {
  const record = await run(asked);
  expect(record.outcome).toBe('quiet');
  return record;
}

/** Ids of the records that were delivered and then committed by a member of a living generation. */
const acked = (record: RunRecord): unknown[] => [...new Set(told(record, 'acked', 'id'))].toSorted();
const all = ['o0', 'o1', 'o2', 'o3'];

describe('a member is put out of its group in the midst of a handler', () => {
  test('its session times out: another one is handed the record while it goes on; its commit is refused', async () => {
    const record = await played({ faults: [`${FIRST}: session times out before ${COMMIT}`] });
    expect(fate(record)).toBe('took effect');
    expect(told(record, 'expelled', 'why')).toEqual(['its session timed out']);
    expect(told(record, 'offsetsRefused', 'error')).toEqual(['UNKNOWN_MEMBER_ID']);
    expect(deliveries(record).filter((each) => each.startsWith('o0'))).toHaveLength(2);
    expect(acked(record)).toEqual(all);
  });

  test('a long handler is a zombie meanwhile: the group has gone on without it', async () => {
    const faults = [`${FIRST}: session times out on receipt`];
    const record = await played({ faults, worksMs: 20_000, items: 1 });
    expect(fate(record)).toBe('took effect');
    const [first, second] = facts(record, 'delivered').filter(({ id }) => id === 'o0');
    expect(second?.['member']).not.toBe(first?.['member']);
    const refused = facts(record, 'offsetsRefused');
    expect(refused).toMatchObject([{ process: first?.['process'] }]);
    // The other one had it before the zombie tried to commit.
    expect(second?.['timeUs'] as number).toBeLessThan(refused[0]?.['timeUs'] as number);
  });

  test('its poll interval is exceeded: its own client leaves', async () => {
    const record = await played({ faults: [`${FIRST}: poll interval is exceeded before ${COMMIT}`] });
    expect(fate(record)).toBe('took effect');
    expect(told(record, 'left', 'generation')).toEqual([1]);
    expect(told(record, 'offsetsRefused', 'error')).toEqual(['ILLEGAL_GENERATION']);
    expect(acked(record)).toEqual(all);
  });

  test('its poll interval is exceeded, and it dies before it has said that it leaves: its session runs out', async () => {
    const faults = [
      `${FIRST}: poll interval is exceeded before ${COMMIT}`,
      `${FIRST}: crash before ${COMMIT}, restart after 3600 s`,
    ];
    const record = await played({ faults });
    expect([fate(record), fate(record, 1)]).toEqual(['took effect', 'took effect']);
    expect(told(record, 'expelled', 'why')).toEqual(['its session timed out']);
    expect(acked(record)).toEqual(all);
  });

  test.each<[string, string, Partial<Asked>]>([
    [
      'kafkajs has no such limit',
      `${FIRST}: poll interval is exceeded before ${COMMIT}`,
      { consumer: { client: 'kafkajs' } },
    ],
    ['the workload is in no group', `1st send of o0: session times out before ${PRODUCE}`, {}],
  ])('not where %s', async (_, fault, more) => {
    const record = await played({ faults: [fault], ...more });
    expect(fate(record)).toBe('no effect');
    expect(facts(record, 'expelled', 'left')).toEqual([]);
  });

  test('not where it is no member any more', async () => {
    const faults = [`${FIRST}: session times out before ${COMMIT}`, `${FIRST}: session times out after ${COMMIT}`];
    const record = await played({ faults });
    expect([fate(record), fate(record, 1)]).toEqual(['took effect', 'no effect']);
    expect(facts(record, 'expelled')).toHaveLength(1);
  });

  test('a commit fails behind what was done; the record is handed out again', async () => {
    const record = await played({ faults: [`${FIRST}: ${COMMIT} fails`] });
    expect(fate(record)).toBe('took effect');
    expect(deliveries(record).filter((each) => each.startsWith('o0'))).toHaveLength(2);
  });
});

describe('the coordinator moves', () => {
  test('members find it, and the group goes on', async () => {
    const record = await played({ faults: ['coordinator of workers on log moves at 6020 ms'] });
    expect(fate(record)).toBe('took effect');
    expect(told(record, 'coordinatorMoved', 'group')).toEqual(['workers']);
    expect(acked(record)).toEqual(all);
  });

  test('a member whose heartbeat came while the new one was loading is told by the next that it was put out', async () => {
    // The group is remembered without members: for the offset of what came before.
    const produce = async (item: string, { produce: send }: Log): Promise<void> => {
      if (item === 'o1') await sleep(5_000);
      await send('orders', { id: item, type: 'Order', key: item, body: {} });
    };
    for (let atMs = 5_100; atMs < 8_200; atMs += 50) {
      const faults = [
        '1st delivery of Order#o1 to workers: session times out on receipt',
        `coordinator of workers on log moves at ${atMs} ms`,
      ];
      const record = await played({ faults, items: 2, members: 1, commits: 'o0', produce });
      expect([atMs, entriesOf(record, 'lost').length]).toEqual([atMs, 1]);
    }
  });

  test.each(['coordinator of nobody on log moves at 1 s', 'coordinator of workers on mq moves at 1 s'])(
    'not: %s',
    async (fault) => {
      const record = await played({ faults: [fault] });
      expect(fate(record)).not.toBe('took effect');
      expect(facts(record, 'coordinatorMoved')).toEqual([]);
    },
  );
});

describe('partitions are added', () => {
  test('a group that is at work hears of it a while later, and shares the new ones out', async () => {
    const record = await played({ faults: ['log.orders gets 6 partitions at 7 s'] });
    expect(facts(record, 'rebalanced').map(({ generation }) => generation)).toEqual([1, 2]);
    const [, shared] = told(record, 'rebalanced', 'assignment') as [unknown, Record<string, { orders: number[] }>];
    expect(Object.values(shared).flatMap(({ orders }) => orders)).toHaveLength(6);
  });

  test('keys go elsewhere, and the group takes the new ones up', async () => {
    const record = await played({ faults: ['log.orders gets 6 partitions at 15 ms'] });
    expect(fate(record)).toBe('took effect');
    expect(facts(record, 'partitionsAdded')).toMatchObject([{ topic: 'orders', from: 2, to: 6 }]);
    expect(Math.max(...told(record, 'published', 'partition').map(Number))).toBeGreaterThan(1);
    expect(acked(record)).toEqual(all);
  });

  test.each([
    'log.orders gets 2 partitions at 1 s',
    'log.orders gets 1 partitions at 1 s',
    'log.none gets 2 partitions at 1 s',
  ])('not: %s', async (fault) => expect(fate(await played({ faults: [fault] }))).toBe('no effect'));
});

describe('a leader fails over', () => {
  const between = `1st send of o1: leader of log fails over between ${PRODUCE} and its answer`;
  const produceWith =
    (acks: 1 | 'all') =>
    async (item: string, log: Log): Promise<void> => {
      await log.producer({ acks }).produce('orders', { id: item, type: 'Order', key: item, body: {}, partition: 0 });
    };

  test('behind the append, with acks=1: what was confirmed is lost', async () => {
    const record = await played({ faults: [between], produce: produceWith(1) });
    expect(fate(record)).toBe('took effect');
    expect(facts(record, 'leaderChanged')).toMatchObject([{ topic: 'orders', partition: 0, unclean: false }]);
    expect(told(record, 'truncated', 'lost')).toEqual([['Order#o1']]);
    expect(told(record, 'confirmed', 'id')).toContain('o1');
    expect(acked(record)).toEqual(['o0', 'o2', 'o3']);
  });

  test('behind the append, with acks=all: it is not confirmed, and the client produces it again', async () => {
    const record = await played({ faults: [between], produce: produceWith('all') });
    expect(fate(record)).toBe('took effect');
    expect(told(record, 'truncated', 'lost')).toEqual([['Order#o1']]);
    expect(told(record, 'published', 'id')).toEqual(['o0', 'o1', 'o1', 'o2', 'o3']);
    expect(acked(record)).toEqual(all);
  });

  test('before the append, and at a time: nothing is lost', async () => {
    const faults = [
      `1st send of o1: leader of log fails over before ${PRODUCE}`,
      'leader of log.orders/1 fails over at 1 s',
    ];
    const record = await played({ faults });
    expect([fate(record), fate(record, 1)]).toEqual(['took effect', 'took effect']);
    expect(facts(record, 'truncated')).toEqual([]);
    expect(acked(record)).toEqual(all);
  });

  test('uncleanly: committed records are lost', async () => {
    const record = await played({ topic: 'risky', faults: ['leader of log.risky/0 fails over uncleanly at 1 s'] });
    expect(fate(record)).toBe('took effect');
    expect(told(record, 'leaderChanged', 'unclean')).toEqual([true]);
    expect(told(record, 'truncated', 'lost')).toContainEqual(['Order#o2', 'Order#o3']);
    expect(acked(record)).toEqual(['o0', 'o1']);
  });

  test('uncleanly, behind an append: what was committed before it is lost too', async () => {
    const fault = `1st send of o2: leader of log fails over uncleanly between ${PRODUCE} and its answer`;
    const record = await played({ topic: 'risky', faults: [fault] });
    expect(fate(record)).toBe('took effect');
    expect(told(record, 'leaderChanged', 'unclean')).toEqual([true]);
    expect(told(record, 'truncated', 'lost')).toContainEqual(['Order#o1', 'Order#o2']);
    expect(acked(record)).toEqual(['o0', 'o2', 'o3']);
  });

  test('in the end the old leader is in sync again', async () => {
    const faults = ['leader of log.orders/0 fails over at 1 s', 'leader of log.orders/0 fails over at 2 s'];
    const record = await played({ faults: [...faults, 'leader of log.orders/0 fails over at 3 s'] });
    expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true, true, true]);
    expect(told(record, 'leaderChanged', 'epoch')).toEqual([1, 2, 3]);
  });

  test('with one follower alone, which leads from then on', async () => {
    const record = await played({ topic: 'pair', faults: ['leader of log.pair/0 fails over at 1 s'] });
    expect(fate(record)).toBe('took effect');
    expect(acked(record)).toEqual(all);
  });

  test('not where no other one is in sync: those that led before have not caught up', async () => {
    const faults = ['leader of log.orders/0 fails over at 1 s', 'leader of log.orders/0 fails over at 1 s'];
    const record = await played({ faults: [...faults, 'leader of log.orders/0 fails over at 1 s'] });
    expect([0, 1, 2].map((n) => fate(record, n))).toEqual(['took effect', 'took effect', 'no effect']);
    expect(told(record, 'leaderChanged', 'epoch')).toEqual([1, 2]);
  });

  test.each<[string, string, Partial<Asked>]>([
    ['there is no other replica', 'leader of log.single/0 fails over at 1 s', { topic: 'single' }],
    ['unclean election is off', 'leader of log.orders/0 fails over uncleanly at 1 s', {}],
    ['there is nothing to lose', 'leader of log.risky/0 fails over uncleanly at 1 ms', { topic: 'risky' }],
    ['there is no such partition', 'leader of log.orders/7 fails over at 1 s', {}],
    ['the operation goes to no partition', `${FIRST}: leader of log fails over before ${COMMIT}`, {}],
    ['the delivery is only there', `${FIRST}: leader of log fails over on receipt`, {}],
  ])('not where %s', async (_, fault, more) => {
    const record = await played({ faults: [fault], ...more });
    expect(fate(record)).toBe('no effect');
    expect(facts(record, 'leaderChanged', 'truncated')).toEqual([]);
  });
});

describe('records go', () => {
  const sameKeyIn =
    (topic: Topic) =>
    async (item: string, log: Log): Promise<void> => {
      await log.produce(topic, { id: item, type: 'Order', key: 'k', body: {} });
    };
  const sameKey = sameKeyIn('latest');

  test('for their age: what nobody has read is a declared loss', async () => {
    const record = await played({ topic: 'kept', faults: ['log.kept/0 is cut up to its end at 22 ms'] });
    expect(fate(record)).toBe('took effect');
    expect(facts(record, 'logStart')).toMatchObject([{ topic: 'kept', partition: 0, from: 0, to: 2 }]);
    expect(facts(record, 'dropped')).toMatchObject(
      ['o0', 'o1'].map((id) => ({ id, reason: 'retention', declared: true })),
    );
    expect(acked(record)).toEqual(['o2', 'o3']);
  });

  test('for their age: what every group has read is no loss', async () => {
    const record = await played({ topic: 'kept', faults: ['log.kept/0 is cut up to its end at 10 s'] });
    expect(fate(record)).toBe('took effect');
    expect(facts(record, 'dropped')).toEqual([]);
    expect(acked(record)).toEqual(all);
  });

  test('for a later one of their key', async () => {
    const record = await played({ topic: 'latest', produce: sameKey, faults: ['log.latest/0 is compacted at 1 s'] });
    expect(fate(record)).toBe('took effect');
    expect(told(record, 'dropped', 'id', 'reason')).toEqual(['o0', 'o1'].map((id) => [id, 'compacted']));
    expect(acked(record)).toEqual(['o2', 'o3']);
  });

  test.each<[string, string, Partial<Asked>]>([
    ['nothing is there yet', 'log.kept/0 is cut up to its end at 1 ms', { topic: 'kept' }],
    ['nothing is there any more', 'log.kept/0 is cut up to its end at 1 ms', { topic: 'kept', items: 0 }],
    ['records are kept for ever', 'log.orders/0 is cut up to its end at 1 s', {}],
    ['the topic is not compacted', 'log.kept/0 is compacted at 1 s', { topic: 'kept', produce: sameKeyIn('kept') }],
    ['every key has one', 'log.latest/0 is compacted at 1 s', { topic: 'latest' }],
  ])('not where %s', async (_, fault, more) => {
    const record = await played({ faults: [fault], ...more });
    expect(fate(record)).toBe('no effect');
    expect(facts(record, 'dropped', 'logStart')).toEqual([]);
  });
});

describe('a transaction stays open', () => {
  const open = 'a transaction stays open on log.orders/0 from 1 ms to 9 s';

  test('who reads committed gets nothing behind its record until it ends', async () => {
    const record = await played({ faults: [open], consumer: { isolation: 'read_committed' } });
    expect(fate(record)).toBe('took effect');
    const seconds = (of: number): number[] =>
      facts(record, 'delivered')
        .filter(({ partition }) => partition === of)
        .map(({ timeUs }) => Math.floor((timeUs as number) / 1e6));
    expect([seconds(0), seconds(1)]).toEqual([
      [9, 9],
      [6, 6],
    ]);
    expect(told(record, 'transactionAborted', 'transactionalId')).toEqual(["another application's 1st"]);
    expect(acked(record)).toEqual(all);
  });

  test('two of them at once: both hold back', async () => {
    const faults = [open, 'a transaction stays open on log.orders/0 from 2 ms to 12 s'];
    const record = await played({ faults, consumer: { isolation: 'read_committed' } });
    const first = facts(record, 'delivered').find(({ partition }) => partition === 0);
    expect(first?.['timeUs'] as number).toBeGreaterThan(12_000_000);
    expect(acked(record)).toEqual(all);
  });

  test.each<[string, string, Partial<Asked>]>([
    ['somebody reads uncommitted', open, {}],
    [
      'it ends before anybody reads',
      'a transaction stays open on log.orders/0 from 1 ms to 1 s',
      { consumer: { isolation: 'read_committed' } },
    ],
    [
      'nothing comes behind it',
      'a transaction stays open on log.orders/0 from 7 s to 9 s',
      { consumer: { isolation: 'read_committed' } },
    ],
  ])('not where %s', async (_, fault, more) => {
    const record = await played({ faults: [fault], ...more });
    expect(fate(record)).toBe('no effect');
    expect(acked(record)).toEqual(all);
  });
});

describe('a record arrives', () => {
  test('its producer sends it once more', async () => {
    const record = await played({ faults: ['1st arrival of Order#o1 in orders: comes again after 20 ms'] });
    expect(fate(record)).toBe('took effect');
    expect(told(record, 'published', 'id').filter((id) => id === 'o1')).toHaveLength(2);
  });

  test('a log takes nothing late: who produces waits for it', async () => {
    const record = await played({ faults: ['1st arrival of Order#o1 in orders: comes 3 s late'] });
    expect(fate(record)).toBe('no effect');
  });
});

describe('the outcome of a produce', () => {
  test('its answer is lost: the caller never hears, and the record is there, or not', async () => {
    for (const applied of [true, false]) {
      const fault = `1st send of o1: answer of ${PRODUCE} is lost, ${applied ? 'applied' : 'not applied'}`;
      const record = await played({ faults: [fault] });
      expect(fate(record)).toBe('took effect');
      expect(told(record, 'published', 'id')).toEqual(applied ? ['o0', 'o1', 'o1', 'o2', 'o3'] : all);
      expect(entriesOf(record, 'sendFailed', 'sent').length).toBeGreaterThan(0);
    }
  });

  test('its confirm is lost: the client asks again, and the record is there once', async () => {
    const record = await played({ faults: [`1st send of o1: confirm of ${PRODUCE} is lost`] });
    expect(fate(record)).toBe('took effect');
    expect(told(record, 'published', 'id')).toEqual(all);
    expect(acked(record)).toEqual(all);
  });
});
