/** The components of the order-outbox scenario, and what travels between them. */
import { queueBroker, tables } from '../../index.ts';

/** What a shop asks for; the order gets its number, `id`, when it is taken. */
export interface Order {
  readonly requestId: string;
  readonly customer: string;
  readonly cents: number;
}

/** A row that waits to be published; `position` is taken when it is written, not when it commits. */
export interface Outgoing {
  readonly id: string;
  readonly position: number;
  readonly orderId: string;
  readonly sent: boolean;
}

export const mq = queueBroker('mq', {
  queues: {
    orders: { type: 'quorum', deadLetterTo: 'orders.dead' },
    'orders.dead': {},
    accepted: { type: 'quorum', deadLetterTo: 'accepted.dead' },
    'accepted.dead': {},
  },
  exchanges: { events: { type: 'topic', bind: [{ queue: 'accepted', key: 'order.accepted' }] } },
});

export const db = tables<{
  orders: { id: string; requestId: string; customer: string; cents: number };
  outbox: Outgoing;
  shipments: { id: string; orderId: string };
  shipped: { eventId: string };
}>('db', {
  orders: { key: 'id', unique: ['requestId'], sequences: ['order'] },
  outbox: { key: 'id', sequences: ['position', 'shipment'] },
  shipments: { key: 'id' },
  shipped: { key: 'eventId' },
});
