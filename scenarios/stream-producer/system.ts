/** The components of the stream-producer scenario, and what travels between them. */
import { external, logBroker, type Message, tables } from '../../index.ts';

/** What two customers have agreed on. */
export interface Trade {
  readonly tradeId: string;
  readonly buyer: string;
  readonly seller: string;
  readonly cents: number;
  readonly note: string;
}

/** One side of a trade. */
export interface Booking {
  readonly tradeId: string;
  readonly account: string;
  readonly cents: number;
}

/** A trade that waits to be published; `position` is the order in which trades were made. */
export interface Waiting extends Trade {
  readonly position: number;
  readonly state: 'new' | 'published' | 'refused';
}

export const log = logBroker('log', {
  topics: {
    trades: { partitions: 3, maxMessageBytes: 4_096 },
    bookings: { partitions: 3 },
    parked: { partitions: 1 },
  },
  initialRebalanceDelayMs: 0,
});

export const db = tables<{
  trades: Waiting;
  refunds: { tradeId: string };
  entries: Booking & { id: string };
}>('db', {
  trades: { key: 'tradeId', sequences: ['position'] },
  refunds: { key: 'tradeId' },
  entries: { key: 'id' },
});

/** What a bank that is asked says about an account's limit. */
export const limits = external('limits', {
  check: { reply: ({ cents }: { account: string; cents: number }) => ({ isWithin: cents < 10_000_000 }) },
});

export function isTrade(body: unknown): body is Trade {
  if (typeof body !== 'object' || body === null || 'version' in body) return false;
  const { tradeId, buyer, seller, cents } = body as Partial<Trade>;
  return (
    [tradeId, buyer, seller].every((text) => typeof text === 'string') &&
    Number.isSafeInteger(cents) &&
    Number(cents) > 0
  );
}

export function isBooking({ type, body }: Message): boolean {
  if (typeof body !== 'object' || body === null || 'version' in body) return false;
  const { tradeId, account, cents } = body as Partial<Booking>;
  const isText = [tradeId, account].every((text) => typeof text === 'string' && text.length < 10_000);
  return isText && Number.isSafeInteger(cents) && (type === 'Credited' ? Number(cents) > 0 : Number(cents) < 0);
}
