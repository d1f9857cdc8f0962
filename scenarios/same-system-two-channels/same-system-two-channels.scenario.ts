/**
 * One order system over two channels. On both no order is lost and none is shipped twice, and each kind of reader has every order. The
 * log alone keeps each customer's order, and tells who comes late all that was; on the queue an order is gone once somebody
 * has done it. What was parked is published again to the queue of who parked it; on the log it is read again where it stands.
 */
import fc from 'fast-check';
import { firstValueFrom, timer } from 'rxjs';
import { atEnd, effectOnce, effectOrder, eventualDelivery, noLoss, scenario, type Seen } from '../../index.ts';
import { overLog, overQueue } from './channel.ts';
import { redriveByLog, redriveByQueue } from './redrive.ts';
import { shippingOver } from './shipping.ts';
import { statisticsOver } from './statistics.ts';
import { type ChannelName, db, log, mq, type Order } from './system.ts';
import { variants } from './variants.ts';

const shippedBy = (channel: ChannelName) =>
  db.table.shipments.inserted.where(({ via }) => via === channel).by(({ orderId }) => orderId);
// What was parked has lost its turn.
const inTurn = db.table.shipments.inserted
  .where(({ via, how }) => via === 'log' && how === 'shipped')
  .by(({ orderId }) => orderId);
const inQueue = mq.confirmed<Order>('shipping').by(({ id }) => id);
const inLog = log.confirmed<Order>('orders').by(({ id }) => id);

/** Orders that the log took and that statistics, which came late, do not know. */
function allAreCounted({ all, rows }: Seen): true | string {
  const known = new Set(rows(db.table.statistics).flatMap(({ via, orderId }) => (via === 'log' ? [orderId] : [])));
  const missing = all(log.confirmed<Order>('orders')).find(({ id }) => !known.has(id));
  return missing ? `statistics by the log do not know ${missing.id}` : true;
}

/** Statistics parked nothing, so nothing is brought back to them. */
function statisticsHadNoneAgain({ all }: Seen): true | string {
  const again = all(mq.published('statistics')).find(({ headers }) => headers['redriven'] === true);
  return again ? `${again.id} was redriven to statistics, who parked nothing` : true;
}

export default scenario({
  name: 'same-system-two-channels',
  story: 'One order system, written once, over a queue and over a log: what each of them promises, and what not.',
  patterns: ['queue or stream', 'publish/subscribe', 'scalability'],
  services: {
    shippingByQueue: shippingOver(overQueue).with({ instances: 2 }),
    shippingByLog: shippingOver(overLog).with({ instances: 2 }),
    statisticsByQueue: statisticsOver(overQueue),
    statisticsByLog: statisticsOver(overLog),
    redriveByQueue: redriveByQueue(),
    redriveByLog,
  },
  workload: {
    item: fc.record({
      orderId: fc.integer({ min: 1, max: 999 }).map((n) => `o${n}`),
      customer: fc.constantFrom('Ann', 'Bob', 'Zoë'),
      pieces: fc.integer({ min: 1, max: 9 }),
    }),
    key: (order: Order) => order.orderId,
    count: [2, 4],
    uses: { mq, log },
    send: async (order, { mq, log }) => {
      const { orderId: id, customer: key } = order;
      await mq.publish({ exchange: 'orders', key }, order, { id, type: 'OrderPlaced' });
      await log.produce('orders', { id, type: 'OrderPlaced', key, body: order });
      await firstValueFrom(timer(800));
    },
  },
  properties: [
    noLoss(inQueue, [shippedBy('queue'), mq.deadLettered('shipping.redrive').by(({ id }) => id)], {
      name: 'no-loss-by-queue',
    }),
    noLoss(inLog, [shippedBy('log'), log.confirmed('buried').by(({ id }) => id)], { name: 'no-loss-by-log' }),
    effectOnce(shippedBy('queue'), { name: 'shipped-once-by-queue' }),
    effectOnce(shippedBy('log'), { name: 'shipped-once-by-log' }),
    effectOrder(
      log.published<Order>('orders').by(({ id }) => id),
      inTurn,
      ({ key }) => String(key),
    ),
    eventualDelivery(mq.published('shipping')),
    noLoss(
      mq.confirmed('statistics').by(({ id }) => id),
      [db.table.statistics.inserted.where(({ via }) => via === 'queue').by(({ orderId }) => orderId)],
      { name: 'each-reader-has-all' },
    ),
    atEnd('a redrive is for who parked it', statisticsHadNoneAgain),
    atEnd('the log tells late comers all', allAreCounted),
  ],
  variants,
  faults: { without: { 'clock-skew': 'nobody reads a clock', conflict: 'its transactions are read committed' } },
});
