/** The components of the payments scenario, and what travels between them. */
import { external, queueBroker, tables } from '../../index.ts';

/** What a shop asks for. Amounts of zero and less are asked for too: they are refused. */
export interface Payment {
  readonly transactionId: string;
  readonly customer: string;
  readonly note: string;
  readonly cents: number;
}

export interface Charge {
  readonly transactionId: string;
  readonly cents: number;
}

export const mq = queueBroker('mq', {
  queues: {
    payments: { type: 'quorum', deadLetterTo: 'payments.dead' },
    'payments.dead': {},
    receipts: {},
  },
  exchanges: { events: { type: 'topic', bind: [{ queue: 'receipts', key: 'payment.*' }] } },
  profile: '4.3',
});

export const db = tables<{
  inbox: { messageId: string; untilMs?: number };
  charges: { id: string; transactionId: string; customer: string; cents: number };
  totals: { customer: string; cents: number; payments: number };
}>('db', {
  inbox: { key: 'messageId' },
  charges: { key: 'id', sequences: ['charge'] },
  totals: { key: 'customer' },
});

/** The gateway knows a transaction id that it has charged before, and answers as it did then. */
export const card = external('card', {
  charge: {
    reply: ({ transactionId }: Charge) => ({ receipt: `r-${transactionId}` }),
    idempotentBy: (request: Charge) => request.transactionId,
  },
});
