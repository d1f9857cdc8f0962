/** Every order that is taken is announced, and nothing is announced that was not taken: order and event in one transaction. */
import fc from 'fast-check';
import {
  backlogDrains,
  effectOnce,
  eventualDelivery,
  noGhostEvent,
  noLoss,
  noLostOutboxRow,
  relayOrder,
  scenario,
  stableEventId,
} from '../../index.ts';
import { ordersWith, takeOrder } from './orders.ts';
import { relaying, relayWith } from './relay.ts';
import { shipping } from './shipping.ts';
import { db, mq, type Order } from './system.ts';
import { variants } from './variants.ts';

const accepted = mq.published<{ orderId: string }>('accepted');
const announced = accepted.by((message) => message.body.orderId);
const waiting = db.table.outbox.inserted.by((row) => row.orderId);
const taken = db.table.orders.inserted;

export default scenario({
  name: 'order-outbox',
  story: 'Orders and the events about them are written in one transaction; relays poll, publish and mark.',
  patterns: ['outbox'],
  services: {
    orders: ordersWith(takeOrder).with({ instances: 2 }),
    relay: relayWith(relaying).with({ instances: 2 }),
    shipping: shipping.with({ instances: 2 }),
  },
  workload: {
    item: fc.record({
      requestId: fc.integer({ min: 1, max: 999 }).map((n) => `r${n}`),
      customer: fc.constantFrom('Ann', 'Bob', 'Zoë'),
      cents: fc.integer({ min: 1, max: 100_000 }),
    }),
    key: (order: Order) => order.requestId,
    count: [1, 6],
    uses: { mq },
    send: (order, { mq }) => mq.publish({ key: 'orders' }, order, { id: order.requestId, type: 'OrderPlaced' }),
  },
  properties: [
    noLoss(
      mq.confirmed('orders').by((message) => message.id),
      [taken.by((row) => row.requestId), mq.deadLettered('orders').by((message) => message.id)],
    ),
    noGhostEvent(
      announced,
      taken.by((row) => row.id),
    ),
    noLostOutboxRow(
      taken.by((row) => row.id),
      announced,
    ),
    relayOrder(waiting, announced, (row) => row.customer),
    stableEventId(accepted, (message) => message.body.orderId),
    effectOnce(db.table.shipments.inserted.by((row) => row.orderId)),
    eventualDelivery(mq.published('accepted')),
    backlogDrains(waiting, [announced], { name: 'outbox-drains' }),
  ],
  variants,
  faults: { without: { 'clock-skew': 'nobody reads a clock', conflict: 'its transactions are read committed' } },
});
