/** The components of the order-outbox scenario, and what travels between them. */
import { queueBroker, tables } from '../../index.ts';

/** What a shop asks for; the order gets its number, `id`, when it is taken. */
export interface Order {
  readonly requestId: string;
  readonly customer: string;
  readonly cents: number;
}

/**
 * A row that waits to be published; `position` is taken when it is written, not when it commits. `serial` is given by the
 * relay: events are numbered without a gap, so that consumers can tell what they have missed.
 */
export interface Outgoing {
  readonly id: string;
  readonly position: number;
  readonly orderId: string;
  readonly customer: string;
  readonly serial: number | null;
  readonly sent: boolean;
}

/** Who may number events, until when, and which number was given last. */
export interface Lease {
  readonly name: string;
  readonly holder: number;
  readonly untilMs: number;
  readonly serial: number;
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
  customers: { name: string; latest: string };
  outbox: Outgoing;
  leases: Lease;
  shipments: { id: string; orderId: string };
  shipped: { eventId: string };
}>('db', {
  orders: { key: 'id', unique: ['requestId'], sequences: ['order'] },
  customers: { key: 'name' },
  outbox: { key: 'id', sequences: ['position'] },
  leases: { key: 'name', sequences: ['relay'], rows: [{ name: 'relay', holder: 0, untilMs: 0, serial: 0 }] },
  shipments: { key: 'id', sequences: ['shipment'] },
  shipped: { key: 'eventId' },
});
