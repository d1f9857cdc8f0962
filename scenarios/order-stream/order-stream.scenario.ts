/** Orders are reserved once, in their customers' order, by a group that grows and shrinks, and each is invoiced. */
import fc from 'fast-check';
import { firstValueFrom, timer } from 'rxjs';
import {
  commitBehindEffects,
  effectOnce,
  effectOrder,
  eventualDelivery,
  exclusiveOwnership,
  monotonicConsumption,
  noLoss,
  noSkip,
  scenario,
} from '../../index.ts';
import { invoicingWith } from './invoicing.ts';
import { db, log, type Order } from './system.ts';
import { variants } from './variants.ts';
import { workersWith } from './workers.ts';

const placed = log.confirmed<Order>('orders').by(({ id }) => id);
const taken = log.delivered<Order>('orders').by(({ id }) => id);
const reserved = db.table.reservations.inserted.by(({ orderId }) => orderId);
const parked = log.confirmed('parked').by(({ id }) => id);
const handed = log.delivered('orders');

export default scenario({
  name: 'order-stream',
  story: 'Orders keyed by customer go to a group of workers that scales out and in, and to invoices in transactions.',
  patterns: ['consumer groups, scaling', 'scalability'],
  services: { workers: workersWith().with({ instances: 3 }), invoicing: invoicingWith() },
  workload: {
    item: fc.record({
      orderId: fc.integer({ min: 1, max: 9_999 }).map((n) => `o${n}`),
      customer: fc.constantFrom('Ann', 'Bob', 'Zoë', 'Yann', 'Ida', 'Eve'),
      pieces: fc.integer({ min: 1, max: 12 }),
    }),
    key: (order: Order) => order.orderId,
    count: [3, 10],
    uses: { log },
    // Over a while, so that the group has changed when the last ones come.
    send: async (order, { log }) => {
      const { orderId: id, customer: key } = order;
      await firstValueFrom(timer(1_500));
      await log.produce('orders', { id, type: 'OrderPlaced', key, body: order });
    },
  },
  properties: [
    noLoss(placed, [reserved, parked]),
    noLoss(
      placed,
      [
        log.confirmed('invoices').by(({ id }) => id.slice('invoice-'.length)),
        log.confirmed('parked').by(({ id }) => id.replace('invoice-', '')),
      ],
      {
        name: 'invoiced',
      },
    ),
    effectOnce(reserved),
    effectOrder(
      log.published<Order>('orders').by(({ id }) => id),
      reserved,
      ({ key }) => String(key),
    ),
    monotonicConsumption(handed),
    noSkip(handed, { group: 'workers', name: 'no-skip-by-workers' }),
    noSkip(handed, { group: 'invoicing', name: 'no-skip-by-invoicing' }),
    exclusiveOwnership(handed, [db.table.reservations.inserted], { group: 'workers' }),
    commitBehindEffects(taken, [reserved, parked], { group: 'workers' }),
    eventualDelivery(log.published('orders')),
  ],
  variants,
  faults: {
    without: { 'clock-skew': 'nobody reads a clock', conflict: 'its transactions are read committed' },
    assumes: ['topics have three replicas, of which the log elects none that is behind'],
  },
});
