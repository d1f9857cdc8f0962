import { noLoss, queueBroker, scenario, service, tables } from 'eddy';
import fc from 'fast-check';
import { bill, type Order, type Tables } from './invoices.js';

const mq = queueBroker('mq', { queues: { orders: { deadLetterTo: 'orders.dead' }, 'orders.dead': {} } });
const db = tables<Tables>('db', { invoices: { key: 'n', sequences: ['n'] } });

const placed = mq.confirmed<Order>('orders').by((message) => message.id);
const parked = mq.deadLettered('orders').by((message) => message.id);
const invoiced = db.table.invoices.inserted.by((row) => row.orderId);

export default scenario({
  name: 'invoices',
  services: { billing: service('billing', { mq, db }, bill).with({ instances: 2 }) },
  workload: {
    item: fc.record({
      id: fc.integer({ min: 1, max: 99 }).map((n) => `o${n}`),
      cents: fc.integer({ min: 1, max: 9_999 }),
    }),
    key: (order) => order.id,
    uses: { mq },
    send: (order, { mq }) => mq.publish({ key: 'orders' }, order, { id: order.id, type: 'OrderPlaced' }),
  },
  properties: [noLoss(placed, [invoiced, parked])],
});
