/** Nothing is lost while a release rolls out: what stops finishes first, and each version knows what the other says. */
import fc from 'fast-check';
import { firstValueFrom, timer } from 'rxjs';
import { boundedInFlight, effectOnce, eventualDelivery, noLoss, scenario, versionTolerant } from '../../index.ts';
import { released } from './releases.ts';
import { db, mq, type Order } from './system.ts';
import { variants } from './variants.ts';
import { PREFETCH } from './warehouse.ts';

const ordered = mq.confirmed('orders').by((message) => message.id);
const refused = mq.deadLettered('orders').by((message) => message.id);
const shipped = db.table.shipments.inserted.by((row) => row.orderId);
const announced = mq.delivered('reserved').by((message) => message.id);
const parked = mq.deadLettered('reserved').by((message) => message.id);

export default scenario({
  name: 'rolling-deploy',
  story: 'A warehouse reserves stock for orders and ships what it has announced, while a release rolls out.',
  patterns: ['deploys'],
  services: { warehouse: released().with({ instances: 2 }) },
  workload: {
    item: fc.record({
      orderId: fc.integer({ min: 1, max: 999 }).map((n) => `o${n}`),
      sku: fc.constantFrom('chair', 'table', 'lamp'),
      pieces: fc.integer({ min: 1, max: 12 }),
    }),
    key: (order: Order) => order.orderId,
    count: [2, 8],
    uses: { mq },
    // Orders come over a while, so that a release has some before it, amid it and behind it.
    send: async (order, { mq }) => {
      await mq.publish({ key: 'orders' }, order, { id: order.orderId, type: 'OrderPlaced' });
      await firstValueFrom(timer(500));
    },
  },
  properties: [
    noLoss(ordered, [shipped, refused, mq.deadLettered('reserved').by(({ id }) => id.slice('reserved-'.length))]),
    versionTolerant(announced, [db.table.shipments.inserted.by((row) => `reserved-${row.orderId}`), parked]),
    eventualDelivery(mq.published('orders')),
    effectOnce(
      db.table.reservations.inserted.by((row) => row.orderId),
      { name: 'reserved-once' },
    ),
    effectOnce(shipped, { name: 'shipped-once' }),
    boundedInFlight(
      mq.delivered('orders').by((message) => message.id),
      { unacked: PREFETCH },
    ),
  ],
  variants,
  faults: {
    without: { 'clock-skew': 'nobody reads a clock', conflict: 'its transactions are read committed' },
    assumes: ['queues are durable and quorum-replicated', 'dead letters reach their queue'],
  },
});
