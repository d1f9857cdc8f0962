/** The components of the invoice-poison scenario, and what travels between them. */
import { external, type Message, queueBroker, tables } from '../../index.ts';

/** What is issued; it gets its number, which grows, when it is sent. */
export interface Invoice {
  readonly invoiceId: string;
  readonly customer: string;
  readonly country: string;
  readonly cents: number;
}

/**
 * A message that has come and is not done with; `place` says who came first. `redrives` counts how often it was brought
 * back from the parked ones.
 */
export interface Progress {
  readonly id: string;
  readonly customer: string;
  readonly place: number;
  readonly attempts: number;
  readonly redrives: number;
  readonly state: 'open' | 'parked' | 'buried';
  readonly reason: string;
}

/** What cannot be read is not tried a second time. */
export const UNREADABLE = 'unreadable';

/** Queues that nobody consumes hold a message for a while: their time to live is the wait. */
export const mq = queueBroker('mq', {
  queues: {
    invoices: { type: 'quorum', deliveryLimit: 100, singleActiveConsumer: true, deadLetterTo: 'invoices.parked' },
    'invoices.behind': { type: 'quorum', messageTtlMs: 500, deadLetterTo: 'invoices' },
    'invoices.retry.1': { type: 'quorum', messageTtlMs: 500, deadLetterTo: 'invoices' },
    'invoices.retry.2': { type: 'quorum', messageTtlMs: 1_000, deadLetterTo: 'invoices' },
    'invoices.parked': { type: 'quorum', messageTtlMs: 600_000, deadLetterTo: 'invoices.redrive' },
    'invoices.redrive': { type: 'quorum', deadLetterTo: 'invoices.buried' },
    'invoices.buried': { type: 'quorum' },
  },
  exchanges: {
    invoices: { type: 'topic', bind: [{ queue: 'invoices', key: 'invoice.*' }] },
    behind: { type: 'fanout', bind: [{ queue: 'invoices.behind' }] },
    'retry.1': { type: 'fanout', bind: [{ queue: 'invoices.retry.1' }] },
    'retry.2': { type: 'fanout', bind: [{ queue: 'invoices.retry.2' }] },
    parking: { type: 'fanout', bind: [{ queue: 'invoices.parked' }] },
  },
  profile: '4.2',
});

export const db = tables<{
  numbers: { invoiceId: string; number: number };
  progress: Progress;
  inbox: { messageId: string; customer: string; number: number; atMs: number };
  booked: { id: string; invoiceId: string; customer: string; cents: number; tax: number; redriven: boolean };
}>('db', {
  numbers: { key: 'invoiceId', sequences: ['number'] },
  progress: { key: 'id', sequences: ['place'] },
  inbox: { key: 'messageId' },
  booked: { key: 'id', sequences: ['booking'] },
});

/** The mail service sends an invoice once, however often it is asked to. */
export const mail = external('mail', {
  send: {
    reply: ({ invoiceId }: { invoiceId: string }) => ({ sent: invoiceId }),
    idempotentBy: ({ invoiceId }: { invoiceId: string }) => invoiceId,
  },
});

/** The message as it came, for another exchange: same id, key and headers, and the same body, readable or not. */
export function sameAgain({ id, type, key = '', headers, body, parsed }: Message, more: Record<string, unknown> = {}) {
  return {
    key,
    body: parsed ? body : new TextEncoder().encode(String(body)),
    options: { id, type, headers: { ...headers, ...more } },
  };
}
