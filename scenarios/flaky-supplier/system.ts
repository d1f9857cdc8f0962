/** The components of the flaky-supplier scenario, and what travels between them. */
import { type Message, queueBroker, tables } from '../../index.ts';

export interface Order {
  readonly orderId: string;
  readonly sku: string;
  readonly pieces: number;
}

/** How long the supplier's word is waited for. */
export const PATIENCE_MS = 1_000;

/** Each instance has its replies to itself; while a release rolls out there are more of them than usual. */
export const REPLY_QUEUES = ['replies.0', 'replies.1', 'replies.2', 'replies.3'] as const;

/** A request that nobody has taken up in time is not waited for any more, and goes. */
export const mq = queueBroker('mq', {
  queues: {
    orders: { deadLetterTo: 'parked' },
    supplier: { messageTtlMs: PATIENCE_MS, deadLetterTo: 'dead' },
    'replies.0': {},
    'replies.1': {},
    'replies.2': {},
    'replies.3': {},
    parked: {},
    dead: {},
  },
});

export const db = tables<{
  tries: { orderId: string; count: number };
  booked: { orderId: string };
  supplies: { orderId: string; sku: string; pieces: number };
}>('db', {
  tries: { key: 'orderId' },
  booked: { key: 'orderId' },
  supplies: { key: 'orderId' },
});

/** Whether this can be read. A message of a version that we do not know is not ours to guess at. */
export function isOrder({ parsed, body }: Message<Order>): boolean {
  if (!parsed || typeof body !== 'object' || body === null || 'version' in body) return false;
  const { orderId, sku, pieces } = body;
  return typeof orderId === 'string' && typeof sku === 'string' && Number.isSafeInteger(pieces) && pieces > 0;
}
