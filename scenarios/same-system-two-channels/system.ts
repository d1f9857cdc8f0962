/** The components of both systems, and what travels between them. */
import { logBroker, queueBroker, tables } from '../../index.ts';

export interface Order {
  readonly orderId: string;
  readonly customer: string;
  readonly pieces: number;
}

/**
 * A queue holds an order until somebody has it, and then no more. Statistics has a queue of its own that keeps nothing for
 * later: what comes while nobody listens is gone.
 */
export const mq = queueBroker('mq', {
  queues: {
    shipping: { type: 'quorum', deadLetterTo: 'shipping.dead' },
    'shipping.dead': {},
    statistics: { messageTtlMs: 1 },
  },
  exchanges: { orders: { type: 'fanout', bind: [{ queue: 'shipping' }, { queue: 'statistics' }] } },
});

/** A log keeps orders; each group of readers has its own place in it. */
export const log = logBroker('log', { topics: { orders: { partitions: 3 }, dead: { partitions: 1 } } });

export type ChannelName = 'queue' | 'log';

export const db = tables<{
  handled: { place: string };
  shipments: { id: string; via: ChannelName; orderId: string; customer: string };
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
