/** The components of the order-choreography scenario, and what travels between them. */
import { type Message, queueBroker, tables } from '../../index.ts';

/** What a shop asks for. Some of it is too dear, sold out, or to be shipped to where nobody goes: that is refused. */
export interface Order {
  readonly orderId: string;
  readonly cents: number;
  readonly sku: string;
  readonly country: string;
}

/** What a service did for an order; `undone` before anything was done keeps it from being done later. */
export interface Work {
  readonly orderId: string;
  readonly state: 'done' | 'refused' | 'undone';
}

export interface Standing {
  readonly orderId: string;
  readonly state: 'placed' | 'completed' | 'cancelled';
}

export type EventType =
  | 'OrderPlaced'
  | 'OrderIsLate'
  | 'PaymentTaken'
  | 'PaymentRefused'
  | 'StockReserved'
  | 'StockRefused'
  | 'OrderShipped'
  | 'ShippingRefused';

/** How long an order may take. */
const PATIENCE_MS = 2_000;

const to = (queue: 'orders' | 'payment' | 'stock' | 'shipping', ...events: EventType[]) =>
  events.map((key) => ({ queue, key }));

/** Who listens to what is all that there is of the saga. Nobody consumes `timers`: when its time is over, a timer is news itself. */
export const mq = queueBroker('mq', {
  queues: {
    requests: { deadLetterTo: 'dead' },
    orders: { deadLetterTo: 'dead' },
    payment: { deadLetterTo: 'dead' },
    stock: { deadLetterTo: 'dead' },
    shipping: { deadLetterTo: 'dead' },
    timers: { messageTtlMs: PATIENCE_MS, deadLetterTo: 'shipping' },
    dead: {},
  },
  exchanges: {
    events: {
      type: 'direct',
      bind: [
        ...to('payment', 'OrderPlaced', 'StockRefused', 'ShippingRefused'),
        ...to('stock', 'PaymentTaken', 'ShippingRefused'),
        ...to('shipping', 'StockReserved'),
        ...to('orders', 'OrderShipped', 'PaymentRefused', 'StockRefused', 'ShippingRefused'),
      ],
    },
  },
});

export const db = tables<{ orders: Standing; payment: Work; stock: Work; shipping: Work; told: { eventId: string } }>(
  'db',
  {
    orders: { key: 'orderId' },
    payment: { key: 'orderId' },
    stock: { key: 'orderId' },
    shipping: { key: 'orderId' },
    told: { key: 'eventId' },
  },
);

/** Whether this can be read. A message of a version that we do not know is not ours to guess at. */
export function isOrder({ parsed, body }: Message<Order>): boolean {
  if (!parsed || typeof body !== 'object' || body === null || 'version' in body) return false;
  const { orderId, cents, sku, country } = body;
  const texts = [orderId, sku, country].every((text) => typeof text === 'string' && text.length < 100);
  return texts && Number.isSafeInteger(cents) && cents > 0;
}
