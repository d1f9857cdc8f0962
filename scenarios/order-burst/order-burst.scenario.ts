/** Workers come and go while orders pour in: each order is packed once, and those of one customer in their turn. */
import fc from 'fast-check';
import { firstValueFrom, timer } from 'rxjs';
import { effectOnce, effectOrder, eventualDelivery, noLoss, scenario } from '../../index.ts';
import { db, mq, type Order, QUEUES, routeOf, WORKERS_MAX } from './system.ts';
import { variants } from './variants.ts';
import { workersWith } from './workers.ts';

const GAP_MS = 20;

interface Item extends Order {
  /** So many workers there are to be from this order on; 0: as many as there are. */
  readonly workers: number;
}

const byId = ({ id }: { id: string }): string => id;
const placed = mq.confirmed<Order>().where(({ type }) => type === 'OrderPlaced');
const packed = db.table.packed.inserted.by(({ orderId }) => orderId);

export default scenario({
  name: 'order-burst',
  story: 'A burst of orders, and workers that are added and taken away while it lasts.',
  patterns: ['scalability', 'message queue'],
  services: { workers: workersWith().with({ instances: WORKERS_MAX }) },
  workload: {
    item: fc.record({
      orderId: fc.integer({ min: 1, max: 999 }).map((n) => `o${n}`),
      customer: fc.constantFrom('Ann', 'Bob', 'Zoë'),
      pieces: fc.integer({ min: 1, max: 9 }),
      workers: fc.integer({ min: -2, max: WORKERS_MAX }).map((n) => Math.max(0, n)),
    }),
    key: (item: Item) => item.orderId,
    count: [2, 8],
    uses: { mq },
    send: async ({ workers, ...order }, { mq }) => {
      const { orderId: id, customer } = order;
      await mq.publish({ exchange: 'orders', key: routeOf(customer) }, order, { id, type: 'OrderPlaced' });
      if (workers > 0)
        await mq.publish({ exchange: 'scaling', key: '' }, { workers }, { id: `scaled-${id}`, type: 'WorkersScaled' });
      await firstValueFrom(timer(GAP_MS));
    },
  },
  properties: [
    noLoss(placed.by(byId), [packed]),
    effectOnce(packed),
    effectOrder(
      mq
        .delivered<Order>()
        .where(({ type }) => type === 'OrderPlaced')
        .by(byId),
      packed,
      ({ key }) => String(key),
    ),
    ...QUEUES.map((queue) => eventualDelivery(mq.published(queue))),
  ],
  variants,
  faults: {
    without: {
      'clock-skew': 'nobody reads a clock',
      conflict: 'its transactions are read committed',
      poison:
        'what kills its worker twenty times is parked, and with it what he has in hand of other queues, which loses its turn',
    },
    assumes: ['queues are replicated', 'the broker makes way for the consumer of higher priority (RabbitMQ 4)'],
  },
});
