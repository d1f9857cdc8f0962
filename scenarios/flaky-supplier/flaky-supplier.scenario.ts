/** A supplier in trouble is not asked more often for it: time-outs, retries that back off and end, a circuit breaker, a bulkhead. */
import fc from 'fast-check';
import { boundedInFlight, effectOnce, eventualDelivery, noLoss, scenario } from '../../index.ts';
import { BULKHEAD, shopWith, TRIES_MAX } from './shop.ts';
import { supplier } from './supplier.ts';
import { db, mq, type Order } from './system.ts';
import { variants } from './variants.ts';

const byOrder = ({ orderId }: { orderId: string }): string => orderId;

export default scenario({
  name: 'flaky-supplier',
  story: 'A shop orders from a supplier that is slow at times, or away, and must neither lose orders nor flood it.',
  patterns: ['resilience patterns'],
  services: { shop: shopWith().with({ instances: 2 }), supplier },
  workload: {
    item: fc.record({
      orderId: fc.integer({ min: 1, max: 999 }).map((n) => `o${n}`),
      sku: fc.constantFrom('chair', 'table', 'lamp'),
      pieces: fc.integer({ min: 1, max: 12 }),
    }),
    key: (order: Order) => order.orderId,
    count: [1, 6],
    uses: { mq },
    send: (order, { mq }) => mq.publish({ key: 'orders' }, order, { id: order.orderId, type: 'OrderPlaced' }),
  },
  properties: [
    noLoss(
      mq.confirmed('orders').by(({ id }) => id),
      [db.table.booked.inserted.by(byOrder), mq.deadLettered('orders').by(({ id }) => id)],
    ),
    boundedInFlight(
      mq.published('supplier').by(({ id }) => /^(.*)-\d+$/.exec(id)?.[1]),
      { tries: TRIES_MAX, name: 'tries-are-few' },
    ),
    boundedInFlight(
      mq.delivered('orders').by(({ id }) => id),
      { unacked: BULKHEAD, name: 'bulkhead' },
    ),
    effectOnce(db.table.supplies.inserted.by(byOrder)),
    eventualDelivery(mq.published('orders')),
  ],
  variants,
  faults: {
    without: { 'clock-skew': 'nobody reads a clock', conflict: 'its transactions are read committed' },
    assumes: ['queues are durable', 'the supplier knows an order that it has supplied before'],
  },
});
