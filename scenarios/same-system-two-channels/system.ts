/** The components of both systems, and what travels between them. */
import { logBroker, queueBroker, tables } from '../../index.ts';

export interface Order {
  readonly orderId: string;
  readonly customer: string;
  readonly pieces: number;
}

/** How long what was parked rests before it is brought back. */
export const REST_MS = 5_000;

/**
 * A queue holds an order until somebody has it, and then no more; each reader has a queue of his own, from when he makes it.
 * What is parked rests in a queue that nobody reads.
 */
export const mq = queueBroker('mq', {
  queues: {
    shipping: { type: 'quorum', deadLetterTo: 'shipping.parked' },
    'shipping.parked': { messageTtlMs: REST_MS, deadLetterTo: 'shipping.redrive' },
    'shipping.redrive': { deadLetterTo: 'shipping.buried' },
    'shipping.buried': {},
  },
  declaredLater: ['statistics'],
  exchanges: { orders: { type: 'fanout', bind: [{ queue: 'shipping' }] } },
});

/** A log keeps orders; each group of readers has its own place in it. What is parked is named by its place. */
export const log = logBroker('log', {
  topics: { orders: { partitions: 3 }, parked: { partitions: 1 }, buried: { partitions: 1 } },
});

export type ChannelName = 'queue' | 'log';

export const db = tables<{
  handled: { place: string; how: 'shipped' | 'parked' | 'redriven' };
  shipments: { id: string; via: ChannelName; orderId: string; customer: string; how: 'shipped' | 'redriven' };
  statistics: { place: string; via: ChannelName; orderId: string };
}>('db', {
  handled: { key: 'place' },
  shipments: { key: 'id', sequences: ['shipment'] },
  statistics: { key: 'place' },
});

export function isOrder(body: unknown): body is Order {
  if (typeof body !== 'object' || body === null || 'version' in body) return false;
  const { orderId, customer, pieces } = body as Partial<Order>;
  const isText = [orderId, customer].every((text) => typeof text === 'string' && text.length < 10_000);
  return isText && Number.isSafeInteger(pieces);
}
