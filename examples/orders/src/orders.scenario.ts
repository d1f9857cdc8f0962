import fc from 'fast-check';
import { effectOrder, noGhostEvent, noLoss, noLostOutboxRow, scenario, service } from 'eddy';
import { kafka } from 'eddy/kafkajs';
import { postgres } from 'eddy/pg';
import { startOrders, startRelay, type Order } from './orders.js';

const broker = kafka('kafka', {
  topics: { 'orders.placed': { partitions: 3 }, 'orders.accepted': { partitions: 3 } },
  identify: ({ headers }) => ({ id: `${headers['ce_id']}`, type: `${headers['ce_type']}` }),
});
const db = postgres('db', { migrations: new URL('../migrations/', import.meta.url) });
const placed = broker.confirmed<Order>('orders.placed').by((m) => m.body.orderId);
const accepted = broker.published<{ orderId: string; outboxId: string }>('orders.accepted');
const order = db.table<{ id: string }>('orders').inserted.by((r) => r.id);
const parked = db.table<{ message_id: string }>('parked').inserted.by((r) => r.message_id);
const outbox = db.table<{ id: string }>('outbox').inserted.by((r) => r.id);

const orders = service('orders', { broker, db }, ({ broker, db }, life) =>
  startOrders(broker.client({ clientId: 'orders' }), db.pool(), life.stopping),
); // my production entry point
const relay = (mark: 'after' | 'before') =>
  service('relay', { broker, db }, ({ broker, db }) =>
    startRelay(broker.client({ clientId: 'relay' }), db.pool(), { pollMs: 200, mark }),
  );

export type { Order };

export default scenario({
  name: 'orders-outbox',
  services: { orders: orders.with({ instances: 3 }), relay: relay('after') },
  workload: {
    item: fc.record({
      orderId: fc.uuid(),
      customerId: fc.constantFrom('c1', 'c2'),
      cents: fc.integer({ min: 1, max: 1e6 }),
    }),
    key: (o) => o.orderId,
    uses: { broker },
    send: async (o, { broker }) => {
      const producer = broker.client().producer({ idempotent: true });
      await producer.connect();
      await producer.send({
        topic: 'orders.placed',
        messages: [
          { key: o.customerId, value: JSON.stringify(o), headers: { ce_id: o.orderId, ce_type: 'OrderPlaced' } },
        ],
      });
    },
  },
  properties: [
    noLoss(placed, [order, parked]),
    effectOrder(placed, order, (m) => m.body.customerId),
    noGhostEvent(
      accepted.by((m) => m.body.orderId),
      order,
    ),
    noLostOutboxRow(
      outbox,
      accepted.by((m) => m.body.outboxId),
    ),
  ],
  variants: {
    'marks-first': {
      breaks: 'X2',
      because: 'sent is set before the broker confirms',
      services: { relay: relay('before') },
    },
  },
});
