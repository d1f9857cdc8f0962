/**
 * OrderPlaced goes to shipping, inventory and email at once, and later to loyalty, which comes while the system runs. The order
 * service knows none of them. Email is down for an hour now and then, loses nothing, and mails nothing twice.
 */
import fc from 'fast-check';
import { firstValueFrom, timer } from 'rxjs';
import { atEnd, effectOnce, eventualDelivery, noLoss, scenario, type Seen } from '../../index.ts';
import { email } from './email.ts';
import { inventoryWith } from './inventory.ts';
import { loyaltyByLog, loyaltyWith } from './loyalty.ts';
import { orders } from './orders.ts';
import { shipping } from './subscriber.ts';
import { db, log, mq, type OrderPlaced } from './system.ts';
import { variants } from './variants.ts';

const GAP_MS = 800;

interface Item {
  readonly orderId: string;
  readonly customer: string;
  readonly cents: number;
  /** Email is taken down for an hour when this order is on its way. */
  readonly takesEmailDown: boolean;
}

const byId = ({ id }: { id: string }): string => id;
const byEvent = ({ eventId }: { eventId: string }): string => eventId;
const placed = mq.confirmed<OrderPlaced>().where(({ type }) => type === 'OrderPlaced');
const { parcels, reservations, mails, points } = db.table;
const pointsBy = (channel: 'queue' | 'log') => points.inserted.where(({ via }) => via === channel).by(byEvent);

/** What was placed after loyalty had subscribed, and neither has points nor is parked. */
function loyaltyHasAllSince({ all, rows }: Seen): true | string {
  const [subscription] = rows(db.table.subscriptions);
  if (!subscription) return true;
  const known = new Set([
    ...rows(points).flatMap(({ via, eventId }) => (via === 'queue' ? [eventId] : [])),
    ...all(mq.deadLettered('loyalty')).map(byId),
  ]);
  const missing = all(placed).find(({ id, body }) => body.placedMs > subscription.sinceMs && !known.has(id));
  return missing ? `loyalty never got ${missing.id}, placed after it had subscribed` : true;
}

export default scenario({
  name: 'order-placed',
  story:
    'One event, and subscribers that its publisher does not know: one comes while the system runs, one is away for an hour.',
  patterns: ['publish/subscribe', 'decoupling', 'resilience: events wait'],
  services: { orders, shipping, inventory: inventoryWith(), email, loyalty: loyaltyWith(), loyaltyByLog },
  workload: {
    item: fc.record({
      orderId: fc.integer({ min: 1, max: 999 }).map((n) => `o${n}`),
      customer: fc.constantFrom('Ann', 'Bob', 'Zoë'),
      cents: fc.integer({ min: 1, max: 100_000 }),
      takesEmailDown: fc.integer({ min: 0, max: 5 }).map((n) => n === 5),
    }),
    key: (item: Item) => item.orderId,
    count: [2, 4],
    uses: { mq },
    send: async ({ takesEmailDown, ...order }, { mq }) => {
      const { orderId: id } = order;
      await mq.publish({ key: 'requests' }, order, { id, type: 'OrderRequested' });
      if (takesEmailDown)
        await mq.publish({ key: 'email.operations' }, {}, { id: `down-${id}`, type: 'EmailTakenDown' });
      await firstValueFrom(timer(GAP_MS));
    },
  },
  properties: [
    noLoss(placed.by(byId), [parcels.inserted.by(byEvent), mq.deadLettered('shipping').by(byId)], { name: 'shipping' }),
    noLoss(placed.by(byId), [reservations.inserted.by(byEvent), mq.deadLettered('inventory').by(byId)], {
      name: 'inventory',
    }),
    noLoss(placed.by(byId), [mails.inserted.by(byEvent), mq.deadLettered('email').by(byId)], { name: 'email' }),
    noLoss(log.confirmed('orders').by(byId), [pointsBy('log'), log.confirmed('dead').by(byId)], {
      name: 'loyalty-by-log',
    }),
    atEnd('who subscribes gets all from then on', loyaltyHasAllSince),
    effectOnce(parcels.inserted.by(byEvent), { name: 'shipped-once' }),
    effectOnce(mails.inserted.by(byEvent), { name: 'mailed-once' }),
    effectOnce(pointsBy('queue'), { name: 'points-once' }),
    eventualDelivery(mq.published('email')),
  ],
  variants,
  faults: {
    without: { 'clock-skew': 'nobody reads a wall clock', conflict: 'its transactions are read committed' },
    assumes: ['queues are durable'],
  },
});
