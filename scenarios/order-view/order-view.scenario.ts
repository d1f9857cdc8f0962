/** What customers see of an order is what the log says, while it is read again from offset zero and after that. */
import {
  checkpointAtomic,
  eventualDelivery,
  monotonicConsumption,
  noLoss,
  readModelConvergence,
  scenario,
} from '../../index.ts';
import { projectionWith, shown } from './projection.ts';
import { shopWith } from './shop.ts';
import { db, log, mq, type OrderEvent, type OrderRow } from './system.ts';
import { variants } from './variants.ts';
import { workload } from './workload.ts';

const { view, checkpoints } = db.table;
const happened = log.published<OrderEvent>('orders');
const byEvent = ({ eventId }: { eventId: string }): string => eventId;
const reportOf = (eventId: string): string => eventId.slice('event-'.length);

/** The orders that a log comes to; what the shop told twice counts once. */
function ordersOf(log: readonly { id: string; body: OrderEvent }[]): ReadonlyMap<string, OrderRow> {
  const rows = new Map<string, OrderRow>();
  const seen = new Set<string>();
  for (const { id, body } of log) {
    if (!seen.has(id)) rows.set(body.orderId, shown(rows.get(body.orderId), id, body));
    seen.add(id);
  }
  return rows;
}

export default scenario({
  name: 'order-view',
  story: 'Customers see their orders in a view, which each release builds anew from the log while it goes on growing.',
  patterns: ['CQRS', 'event stream'],
  services: { shop: shopWith(), projection: projectionWith() },
  workload,
  properties: [
    noLoss(
      mq.confirmed('reports').by(({ id }) => id),
      [
        view.inserted.by(({ eventId }) => reportOf(eventId)),
        view.updated.by(({ eventId }) => reportOf(eventId)),
        mq.deadLettered('reports').by(({ id }) => id),
      ],
    ),
    readModelConvergence(happened, view, ordersOf),
    checkpointAtomic(
      happened.by(({ id }) => id),
      [view.inserted.by(byEvent), view.updated.by(byEvent)],
      [checkpoints.updated.by(byEvent)],
      { reset: view.deleted },
    ),
    monotonicConsumption(log.delivered('orders')),
    eventualDelivery(mq.published('reports')),
  ],
  variants,
  faults: {
    without: {
      conflict: 'its transactions are read committed',
      poison: 'what is written to the log was looked at by the shop',
    },
    assumes: [
      'queues are quorum-replicated',
      'topics have three replicas, of which the log elects none that is behind',
    ],
  },
});
