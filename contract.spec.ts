/** Mistakes that the types of the contract refuse: `npm run types` fails where one of them compiles. */
import fc from 'fast-check';
import { effectOnce, fault, noGhostEvent, noLoss, queueBroker, run, scenario, service, tables } from 'eddy';
import { chaos } from 'eddy/vitest';
import { expect, test } from 'vitest';

const mq = queueBroker('mq', { queues: { orders: { deadLetterTo: 'dead' }, dead: {} } });
const db = tables<{ orders: { id: string; cents: number } }>('db', { orders: { key: 'id' } });
const clerk = service('clerk', { mq, db }, () => {});
const stored = db.table.orders.inserted.by(({ id }) => id);

const parts = {
  name: 'orders',
  services: { clerk },
  workload: {
    item: fc.record({ id: fc.uuid(), cents: fc.nat() }),
    key: (order: { id: string }) => order.id,
    uses: { mq },
    send: () => Promise.resolve(),
  },
  properties: [effectOnce(stored)],
};
const orders = scenario(parts);

/** Never called: what stands here must not compile. */
export const refused: readonly (() => unknown)[] = [
  // @ts-expect-error a dead-letter queue that is not declared
  () => queueBroker('mq', { queues: { orders: { deadLetterTo: 'daed' } } }),
  () =>
    queueBroker('mq', {
      queues: { orders: {} },
      // @ts-expect-error a binding to a queue that is not declared
      exchanges: { all: { type: 'fanout', bind: [{ queue: 'oders' }] } },
    }),
  // @ts-expect-error a queue that is not declared
  () => mq.confirmed('oders'),
  // @ts-expect-error a table that is not declared
  () => db.table.odrers.inserted,
  // @ts-expect-error a key that is no column
  () => tables<{ t: { id: string } }>('db', { t: { key: 'di' } }),
  // @ts-expect-error a column that the row has not
  () => db.table.orders.inserted.by((row) => row.di),
  () =>
    service('clerk', { mq, db }, ({ mq, db, ...others }) => {
      // @ts-expect-error a queue that is not declared
      mq.consume('oders');
      // @ts-expect-error a queue that neither is there nor is declared later
      void mq.declareQueue('oders');
      // @ts-expect-error dead letters to a queue that is none
      void mq.declareQueue('orders', { deadLetterTo: 'daed' });
      void db.transaction(async (tx) => {
        // @ts-expect-error a table that is not declared
        await tx.get('odrers', '1');
        // @ts-expect-error a row without one of its columns
        await tx.insert('orders', { id: '1' });
      });
      // @ts-expect-error a port of a component that it does not use
      void others.card;
    }),
  // @ts-expect-error an effect without a key
  () => effectOnce(db.table.orders.inserted),
  // @ts-expect-error a message without a key
  () => noLoss(mq.confirmed('orders'), [stored]),
  // @ts-expect-error an end without a key
  () => noLoss(stored, [mq.deadLettered('orders')]),
  // @ts-expect-error an event without a key
  () => noGhostEvent(mq.published(), stored),
  () =>
    scenario({
      ...parts,
      // @ts-expect-error a variant of a service that is none of the scenario's
      variants: { wrong: { breaks: 'I1', because: 'why', services: { clrek: clerk } } },
    }),
  // @ts-expect-error a variant that says not what it breaks
  () => scenario({ ...parts, variants: { wrong: { because: 'why', services: { clerk } } } }),
  // @ts-expect-error a fault kind that is none
  () => scenario({ ...parts, faults: { without: { meteor: 'rare' } } }),
  // @ts-expect-error an item of another shape
  () => run(orders, { workload: [{ id: 1 }] }),
  // @ts-expect-error an item of another shape
  () => chaos.pinned('title', orders, { workload: [{ id: '1' }], faults: [fault('mq is silent from 0 s to 1 s')] }),
  // @ts-expect-error an option that is none
  () => chaos(orders, { onUnknown: 'pass' }),
];

test('what compiles is a scenario', () => {
  expect(orders).toMatchObject({ name: 'orders', variants: [] });
});
