/** The components of the order-stream scenario, and what travels between them. */
import { external, logBroker, tables } from '../../index.ts';

export interface Order {
  readonly orderId: string;
  readonly customer: string;
  readonly pieces: number;
}

/** The partitions that topics begin with; they may get more. */
export const PARTITIONS = 4;

export const log = logBroker('log', {
  topics: {
    orders: { partitions: PARTITIONS, growsTo: 2 * PARTITIONS },
    invoices: { partitions: PARTITIONS },
    parked: { partitions: 1 },
  },
  initialRebalanceDelayMs: 0,
});

export const db = tables<{
  handled: { orderId: string; partition: number };
  reservations: { id: string; orderId: string; customer: string; pieces: number };
}>('db', {
  handled: { key: 'orderId' },
  reservations: { key: 'id', sequences: ['reservation'] },
});

export const prices = external('prices', {
  quote: { reply: ({ pieces }: { orderId: string; pieces: number }) => ({ cents: pieces * 250 }) },
});

/** What is of another version, or no order at all, is not ours to guess at. */
export function isOrder(body: unknown): body is Order {
  if (typeof body !== 'object' || body === null || 'version' in body) return false;
  const { orderId, customer, pieces } = body as Partial<Order>;
  const texts = [orderId, customer].every((text) => typeof text === 'string' && text.length < 10_000);
  return texts && Number.isSafeInteger(pieces) && Number(pieces) > 0;
}
