/** Groups of the real kafkajs under fire: who is put out, who takes over, what comes again. */
import { describe, expect, test } from 'vitest';
import { deliveries, facts, sleep } from '../../sim/brokers/log/client/consumer.fixture.ts';
import type { RunRecord } from '../../sim/simulate.ts';
import { type Asked, produceOne, reading, run, tookEffect } from './kafkajs.fixture.ts';

const FIRST = '1st delivery of Order#o0 to workers';
const COMMIT = 'offset commit on log';

async function played(asked: Asked): Promise<RunRecord> {
  const record = await run(asked);
  expect(record.outcome).toBe('quiet');
  return record;
}

const ids = (record: RunRecord, kind: string): unknown[] => [...new Set(facts(record, kind).map(({ id }) => id))];
const all = ['o0', 'o1', 'o2', 'o3', 'o4', 'o5'];

describe('members that are heard of no more', () => {
  test.each([
    ['its process crashes', `${FIRST}: crash on receipt`],
    ['its host is lost', `${FIRST}: host loss on receipt`],
    ['its process stands still', `${FIRST}: pause of 90 s before ${COMMIT}`],
    ['its connection leads nowhere', `${FIRST}: half-open connection to log before ${COMMIT}`],
  ])('%s: its session times out, and others take over', async (_, fault) => {
    const record = await played({ faults: [fault], items: 1 });
    expect(tookEffect(record)).toEqual([true]);
    const [expelled] = facts(record, 'expelled');
    expect(expelled).toMatchObject({ why: 'its session timed out' });
    const struck = facts(record, 'fault')[0]?.['timeUs'] as number;
    const afterUs = (expelled?.['timeUs'] as number) - struck;
    // Its last heartbeat came at most a poll before.
    expect(afterUs).toBeGreaterThan(20_000_000);
    expect(afterUs).toBeLessThanOrEqual(30_100_000);
    expect(deliveries(record)).toHaveLength(2);
    expect(ids(record, 'acked')).toEqual(['o0']);
  });

  test('a handler that takes longer than the session, without a heartbeat: a zombie, until it hears of it', async () => {
    const worker = reading(async ({ message }) => {
      if (String(message.key) === 'o0' && Date.now() < Date.UTC(2026, 0, 1, 0, 0, 10)) await sleep(45_000);
    });
    const record = await played({ worker, items: 1, isAlone: true });
    expect(facts(record, 'expelled')).toMatchObject([{ why: 'its session timed out' }]);
    // It hears of it at the heartbeat behind its handler, and commits nothing any more.
    expect(facts(record, 'lost')).toHaveLength(1);
    const [first, second] = facts(record, 'delivered');
    expect(second?.['member']).not.toBe(first?.['member']);
    expect(second?.['timeUs'] as number).toBeLessThan(facts(record, 'lost')[0]?.['timeUs'] as number);
    expect(ids(record, 'acked')).toEqual(['o0']);
  });

  test('with heartbeats it stays', async () => {
    const worker = reading(async ({ heartbeat }) => {
      for (let n = 0; n < 9; n++) {
        await sleep(5_000);
        await heartbeat();
      }
    });
    const record = await played({ worker, items: 1 });
    expect(facts(record, 'expelled')).toEqual([]);
    expect(deliveries(record)).toHaveLength(1);
  });

  test('a fault times a session out at once; the member hears of it and joins again', async () => {
    const record = await played({ faults: [`${FIRST}: session times out before ${COMMIT}`], items: 1 });
    expect(tookEffect(record)).toEqual([true]);
    expect(facts(record, 'offsetsRefused')).toMatchObject([{ error: 'UNKNOWN_MEMBER_ID' }]);
    expect(deliveries(record)).toHaveLength(2);
    expect(ids(record, 'acked')).toEqual(['o0']);
  });

  test('but not where it has timed out already', async () => {
    const faults = [`${FIRST}: session times out before ${COMMIT}`, `${FIRST}: session times out after ${COMMIT}`];
    const record = await played({ faults, items: 1 });
    expect(record.faults.map(({ reached }) => reached)).toEqual([true, true]);
    expect(tookEffect(record)).toEqual([true, false]);
  });
});

describe('rebalances', () => {
  test('members come and go by deploys while records are handled; nothing is lost', async () => {
    const worker = reading(async () => void (await sleep(200)));
    const record = await played({ worker, faults: ['deploy of workers at 20 s'] });
    expect(facts(record, 'rebalanced').length).toBeGreaterThan(2);
    expect(facts(record, 'left').length).toBeGreaterThan(0);
    expect(ids(record, 'acked').toSorted()).toEqual(all);
  });

  test('the coordinator moves', async () => {
    const record = await played({ faults: ['coordinator of workers on log moves at 3010 ms'] });
    expect(tookEffect(record)).toEqual([true]);
    expect(ids(record, 'acked').toSorted()).toEqual(all);
  });

  test('partitions are added: kafkajs finds them when it looks', async () => {
    const send: Asked['send'] = async (item, client) => {
      if (item === 'o1') await sleep(10_000);
      await produceOne(item, client, { createPartitioner: () => () => (item === 'o1' ? 4 : 0) });
    };
    const record = await played({ items: 2, send, faults: ['log.orders gets 5 partitions at 5 s'] });
    expect(tookEffect(record)).toEqual([true]);
    const late = facts(record, 'delivered').find(({ id }) => id === 'o1');
    expect(late).toMatchObject({ partition: 4 });
    expect(ids(record, 'acked')).toEqual(['o0', 'o1']);
  });

  test('a leader fails over while a group reads', async () => {
    const record = await played({ faults: ['leader of log.orders/0 fails over at 3001 ms'] });
    expect(tookEffect(record)).toEqual([true]);
    expect(ids(record, 'acked').toSorted()).toEqual(all);
  });

  test.each([['has an unknown outcome, and was taken', `${FIRST}: answer of ${COMMIT} is lost, applied`]])(
    'a commit %s: kafkajs tries again',
    async (_, fault) => {
      const record = await played({ faults: [fault], items: 1 });
      expect(tookEffect(record)).toEqual([true]);
      expect(ids(record, 'acked')).toEqual(['o0']);
    },
  );

  test('a commit fails: kafkajs leaves it to the one of the next batch', async () => {
    const send: Asked['send'] = async (item, client) => {
      if (item === 'o1') await sleep(20_000);
      await produceOne(item, client, { createPartitioner: () => () => 0 });
    };
    const record = await played({ faults: [`${FIRST}: ${COMMIT} fails`], items: 2, send });
    expect(tookEffect(record)).toEqual([true]);
    expect(facts(record, 'offsetsCommitted').map(({ offset }) => offset)).toEqual([2]);
    expect(ids(record, 'acked')).toEqual(['o0', 'o1']);
  });

  test.each([
    ['from the beginning', true, -2, ['o0', 'o0', 'o1']],
    ['what comes', false, -1, ['o0', 'o1']],
  ])(
    'a member whose place is not in the log commits a number that says where it begins anew: %s',
    async (_, fromBeginning, special, delivered) => {
      const send: Asked['send'] = async (item, client) => {
        await sleep(item === 'o1' ? 60_000 : 10_000);
        await produceOne(item, client, { createPartitioner: () => () => 0 });
      };
      const worker: Asked['worker'] = async (consumer) => {
        await consumer.subscribe({ topics: ['orders'], fromBeginning });
        await consumer.run({ eachMessage: async () => {} });
        setTimeout(() => consumer.seek({ topic: 'orders', partition: 0, offset: '500' }), 30_000);
        setTimeout(() => consumer.seek({ topic: 'orders', partition: 1, offset: '500' }), 30_000);
      };
      const record = await played({ items: 2, instances: 1, worker, send });
      const last = (partition: number) =>
        facts(record, 'offsetsCommitted').findLast((one) => one['partition'] === partition);
      expect(facts(record, 'offsetsCommitted').map(({ offset }) => offset)).toContain(special);
      expect([last(0)?.['offset'], last(1)?.['offset']]).toEqual([2, special]);
      expect(facts(record, 'delivered').map(({ id }) => id)).toEqual(delivered);
    },
  );
});
