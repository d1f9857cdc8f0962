/** An order is paid, reserved and shipped, or it is as if it had never been: a saga that nobody leads. */
import fc from 'fast-check';
import { atEnd, eventualDelivery, noLoss, outcomeSound, sagaEnds, sagaSingle, scenario } from '../../index.ts';
import { orders, paymentWith, shippingWith, stock } from './services.ts';
import { db, mq, type Order, type Standing } from './system.ts';
import { variants } from './variants.ts';

const { table } = db;
const done = (step: 'payment' | 'stock' | 'shipping') =>
  table[step].inserted.where(({ state }) => state === 'done').by(byOrder);
const undone = (step: 'payment' | 'stock') => table[step].updated.where(({ state }) => state === 'undone').by(byOrder);
const isCancelled = ({ state }: Standing): boolean => state === 'cancelled';

export default scenario({
  name: 'order-choreography',
  story:
    'Payment, stock and shipping follow each other by events alone, and take back what they did when one refuses or is late.',
  patterns: ['saga'],
  services: {
    orders,
    payment: paymentWith(),
    stock,
    shipping: shippingWith().with({ instances: 2 }),
  },
  workload: {
    item: fc.record({
      orderId: fc.integer({ min: 1, max: 999 }).map((n) => `o${n}`),
      cents: fc.integer({ min: 1, max: 100_000 }),
      sku: fc.constantFrom('chair', 'table', 'lamp', 'unicorn'),
      country: fc.constantFrom('Sweden', 'France', 'Kenya', 'Atlantis'),
    }),
    key: (order: Order) => order.orderId,
    count: [1, 3],
    uses: { mq },
    send: (order, { mq }) => mq.publish({ key: 'requests' }, order, { id: order.orderId, type: 'OrderRequested' }),
  },
  properties: [
    noLoss(
      mq.confirmed('requests').by(({ id }) => id),
      [table.orders.inserted.by(byOrder), mq.deadLettered('requests').by(({ id }) => id)],
    ),
    outcomeSound(done('shipping'), {
      givenUp: table.orders.updated.where(isCancelled).by(byOrder),
    }),
    sagaEnds(
      table.orders.inserted.by(byOrder),
      [
        { done: done('payment'), undone: undone('payment') },
        { done: done('stock'), undone: undone('stock') },
        { done: done('shipping') },
      ],
      {
        ended: [
          table.orders.updated.where(({ state }) => state !== 'placed').by(byOrder),
          table.orders.inserted.where(isCancelled).by(byOrder),
        ],
      },
    ),
    sagaSingle(table.orders.inserted.by(byOrder), {
      undone: [undone('payment'), undone('stock')],
      completed: done('shipping'),
    }),
    atEnd('completed-is-shipped', ({ rows }) => {
      const shipped = new Set(
        rows(table.shipping).flatMap(({ state, orderId }) => (state === 'done' ? [orderId] : [])),
      );
      const odd = rows(table.orders).find(({ state, orderId }) => (state === 'completed') !== shipped.has(orderId));
      return !odd || `${odd.orderId} is ${odd.state}, and ${shipped.has(odd.orderId) ? 'shipped' : 'not shipped'}`;
    }),
    eventualDelivery(mq.published('orders')),
  ],
  variants,
  faults: {
    without: { 'clock-skew': 'nobody reads a clock', conflict: 'its transactions are read committed' },
    assumes: ['queues are durable', 'dead letters reach their queue'],
  },
});

function byOrder({ orderId }: { orderId: string }): string {
  return orderId;
}
