/** Transactions of the real kafkajs. */
import type { EachMessagePayload, Kafka, Producer } from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { facts } from '../../sim/brokers/log/client/consumer.fixture.ts';
import type { RunRecord } from '../../sim/simulate.ts';
import { type Asked, run, tookEffect } from './kafkajs.fixture.ts';

async function played(asked: Asked): Promise<RunRecord> {
  const record = await run(asked);
  expect(record.outcome).toBe('quiet');
  return record;
}

const ids = (record: RunRecord, kind: string): unknown[] => facts(record, kind).map(({ id }) => id);

function transactional(client: Kafka, id: string): Producer {
  return client.producer({ transactionalId: id, idempotent: true, maxInFlightRequests: 1 });
}

/** Each item in a transaction of its own; those that end in an odd number are aborted. */
const aborting: Asked['send'] = async (item, client) => {
  const producer = transactional(client, `source of ${item}`);
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic: 'orders', messages: [{ key: item, value: JSON.stringify({ id: item }) }] });
  if (Number(item.slice(1)) % 2 === 1) await transaction.abort();
  else await transaction.commit();
  await producer.disconnect();
};

describe('one producer', () => {
  test('what is committed is read, what is aborted is not', async () => {
    const record = await played({ items: 4, send: aborting });
    expect(ids(record, 'published')).toEqual(['o0', 'o1', 'o2', 'o3']);
    expect(ids(record, 'aborted')).toEqual(['o1', 'o3']);
    expect(ids(record, 'delivered').toSorted()).toEqual(['o0', 'o2']);
  });

  test('several transactions one after the other, with one epoch', async () => {
    let producer: Promise<Producer> | undefined;
    const send: Asked['send'] = async (item, client) => {
      const ready = await (producer ??= (async () => {
        const made = transactional(client, 'source');
        await made.connect();
        return made;
      })());
      const transaction = await ready.transaction();
      await transaction.send({ topic: 'orders', messages: [{ key: item, value: JSON.stringify({ id: item }) }] });
      await transaction.commit();
    };
    const record = await played({ items: 4, send });
    expect(facts(record, 'transactionCommitted').map(({ epoch }) => epoch)).toEqual([0, 0, 0, 0]);
    expect(ids(record, 'delivered').toSorted()).toEqual(['o0', 'o1', 'o2', 'o3']);
  });

  test('whose commit gets no answer', async () => {
    const faults = ['1st send of o0: answer of commit transaction on log is lost, applied'];
    const record = await run({ items: 1, send: aborting, faults });
    expect(tookEffect(record)).toEqual([true]);
    expect(facts(record, 'transactionCommitted').length).toBeGreaterThan(0);
    expect(ids(record, 'delivered')).toContain('o0');
  });
});

describe('read, process, write', () => {
  /** Offsets and results in one transaction. */
  const worker: Asked['worker'] = async (consumer, client, { instance }) => {
    const producer = transactional(client, `workers-${instance}`);
    await producer.connect();
    await consumer.subscribe({ topics: ['orders'], fromBeginning: true });
    const handle = async ({ topic, partition, message }: EachMessagePayload): Promise<void> => {
      const { id } = JSON.parse(String(message.value)) as { id: string };
      const transaction = await producer.transaction();
      try {
        await transaction.send({ topic: 'done', messages: [{ key: id, value: JSON.stringify({ id: `${id} done` }) }] });
        const offset = String(Number(message.offset) + 1);
        await transaction.sendOffsets({
          consumerGroupId: 'workers',
          topics: [{ topic, partitions: [{ partition, offset }] }],
        });
        await transaction.commit();
      } catch (error) {
        await transaction.abort().catch(() => undefined);
        throw error;
      }
    };
    await consumer.run({ autoCommit: false, eachMessage: handle });
  };

  const FIRST = '1st delivery of Order#o0 to workers';

  test.each([
    ['nothing happens', []],
    ['it crashes before it commits', [`${FIRST}: crash before commit transaction on log`]],
    ['its result is not confirmed', [`${FIRST}: confirm of produce of Order to log is lost`]],
    ['its offsets cannot be sent', [`${FIRST}: send offsets on log fails`]],
  ])('each result is committed once, though %s', async (_, faults: readonly string[]) => {
    const record = await played({ worker, faults, items: 4 });
    expect(tookEffect(record)).toEqual(faults.map(() => true));
    const aborted = facts(record, 'aborted').map(({ offset, partition }) => `${String(partition)}@${String(offset)}`);
    const done = facts(record, 'published').filter(({ id }) => String(id).endsWith('done'));
    const committed = done.filter(
      ({ offset, partition }) => !aborted.includes(`${String(partition)}@${String(offset)}`),
    );
    expect(committed.map(({ id }) => id).toSorted()).toEqual(['o0 done', 'o1 done', 'o2 done', 'o3 done']);
  });
});
