/** The components of the card-authorisation scenario, and what travels between them. */
import { type Message, queueBroker, tables } from '../../index.ts';

/** What a customer pays. Above the card's limit it is declined. */
export interface Checkout {
  readonly orderId: string;
  readonly cents: number;
}

export interface Reply {
  readonly approved: boolean;
}

/** What the customer is told. `answers` is the request that the reply itself names. */
export interface Decision {
  readonly orderId: string;
  readonly requestId: string;
  readonly decision: 'approved' | 'declined' | 'unknown';
  readonly answers: string;
}

/** Money that a card holds back for a request; `released` before it was held keeps it from being held later. */
export interface Hold {
  readonly requestId: string;
  readonly state: 'held' | 'declined' | 'released';
}

/** Each instance has its replies to itself; while a release rolls out there are more of them than usual. */
export const REPLY_QUEUES = ['replies.0', 'replies.1', 'replies.2', 'replies.3'] as const;

export const mq = queueBroker('mq', {
  queues: {
    checkouts: { deadLetterTo: 'dead' },
    requests: { deadLetterTo: 'dead' },
    'replies.0': {},
    'replies.1': {},
    'replies.2': {},
    'replies.3': {},
    approved: { deadLetterTo: 'dead' },
    dead: {},
  },
  exchanges: {
    events: {
      type: 'topic',
      bind: [
        { queue: 'approved', key: 'checkout.approved' },
        { queue: 'requests', key: 'checkout.abandoned' },
      ],
    },
  },
  profile: '4.3',
});

export const db = tables<{
  decisions: Decision;
  holds: Hold;
  inbox: { eventId: string };
  receipts: { id: string; orderId: string };
}>('db', {
  decisions: { key: 'orderId' },
  holds: { key: 'requestId' },
  inbox: { key: 'eventId' },
  receipts: { key: 'id', sequences: ['receipt'] },
});

/** Whether this can be read. A message of a version that we do not know is not ours to guess at. */
export function isCheckout({ parsed, body }: Message<Checkout>): boolean {
  if (!parsed || typeof body !== 'object' || body === null || 'version' in body) return false;
  const { orderId, cents } = body;
  return typeof orderId === 'string' && Number.isSafeInteger(cents) && cents > 0;
}

export function isReply({ parsed, body }: Message<Reply>): boolean {
  return parsed && typeof body === 'object' && body !== null && typeof body.approved === 'boolean';
}
