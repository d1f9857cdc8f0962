/** A system on kafkajs under `check()`: one that commits behind its effect holds, one that commits ahead of it is caught. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check, effectOnce, noLoss, scenario, service, tables } from '../../index.ts';
import { kafka } from '../kafkajs.ts';

interface Order {
  readonly id: string;
}

const broker = kafka('kafka', { topics: { orders: { partitions: 2 } } });
const db = tables<{ orders: Order }>('db', { orders: { key: 'id' } });
const placed = broker.confirmed<Order>('orders').by(({ body }) => body.id);
const stored = db.table.orders.inserted.by(({ id }) => id);

const worker = (commits: 'behind' | 'ahead') =>
  service('worker', { broker, db }, async ({ broker, db }, { stopping }) => {
    const consumer = broker.client({ clientId: 'worker' }).consumer({ groupId: 'workers' });
    stopping.addEventListener('abort', () => void consumer.disconnect());
    await consumer.connect();
    await consumer.subscribe({ topic: 'orders', fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, partition, message }) => {
        const offset = String(Number(message.offset) + 1);
        const commit = (): Promise<void> => consumer.commitOffsets([{ topic, partition, offset }]);
        const { id } = JSON.parse(String(message.value)) as Order;
        if (commits === 'ahead') await commit();
        await db.transaction((tx) => tx.insertIfAbsent('orders', { id }));
        if (commits === 'behind') await commit();
      },
    });
  }).with({ instances: 2 });

const orders = scenario({
  name: 'kafkajs-orders',
  services: { worker: worker('behind') },
  workload: {
    item: fc.record({ id: fc.uuid() }),
    key: ({ id }: Order) => id,
    count: [1, 4],
    uses: { broker },
    send: async (order: Order, { broker }) => {
      const producer = broker.client().producer({ idempotent: true });
      await producer.connect();
      await producer.send({ topic: 'orders', messages: [{ key: order.id, value: JSON.stringify(order) }] });
    },
  },
  properties: [noLoss(placed, [stored]), effectOnce(stored)],
  variants: {
    'commits-first': {
      breaks: 'D1',
      because: 'a crash behind the commit loses the record',
      services: { worker: worker('ahead') },
    },
  },
  faults: { without: { poison: 'a record that cannot be read is out of its story' } },
});

test('the right one holds', async () => {
  const result = await check(orders, { runs: 40, seed: 1 });
  expect(result).toMatchObject({ verdict: expect.not.stringMatching('fail') as unknown });
});

test('the one that commits first is caught, with few faults', async () => {
  const result = await check(orders, { runs: 60, seed: 1, variant: 'commits-first' });
  expect(result).toMatchObject({ verdict: 'fail', failures: [{ property: 'D1' }] });
  if (result.verdict === 'fail') expect(result.failures[0].faults.length).toBeLessThanOrEqual(2);
});
