/** The components of the order-saga scenario, and what travels between them. */
import { type Message, queueBroker, tables } from '../../index.ts';

/** What a shop asks for. Some of it is too dear, sold out, or to be shipped to where nobody goes: that is refused. */
export interface Order {
  readonly orderId: string;
  readonly cents: number;
  readonly sku: string;
  readonly country: string;
}

/** In this order. Payment and stock can be taken back; what is shipped is shipped, so it comes last. */
export const STEPS = ['payment', 'stock', 'shipping'] as const;
export type Step = (typeof STEPS)[number];

/** Where an order stands; `parked`: it could not be read. `id` is the correlation id that every message about it carries. */
export interface Saga extends Order {
  readonly id: string;
  readonly step: Step;
  readonly state: 'forward' | 'back' | 'completed' | 'cancelled' | 'parked';
  /** How often it was asked for without an answer. */
  readonly attempt: number;
}

/** What a participant did for a saga; `undone` before anything was done keeps it from being done later. */
export interface Work {
  readonly sagaId: string;
  readonly orderId: string;
  readonly state: 'done' | 'refused' | 'undone';
}

/** How long an answer is waited for. */
export const PATIENCE_MS = 2_000;

/**
 * Nobody consumes `timers`: when its time is over, each is an answer that nobody gave. What begins an order or moves it on comes
 * through queues without a delivery limit, for nothing would ask for it again; of a command that its queue gives up, its timer does.
 */
export const mq = queueBroker('mq', {
  queues: {
    orders: { deadLetterTo: 'dead' },
    payment: { type: 'quorum', deadLetterTo: 'dead' },
    stock: { type: 'quorum', deadLetterTo: 'dead' },
    shipping: { type: 'quorum', deadLetterTo: 'dead' },
    answers: { deadLetterTo: 'dead' },
    timers: { messageTtlMs: PATIENCE_MS, deadLetterTo: 'answers' },
    dead: {},
  },
  profile: '4.3',
});

export const db = tables<{ sagas: Saga; payment: Work; stock: Work; shipping: Work }>('db', {
  sagas: { key: 'id', sequences: ['saga'] },
  payment: { key: 'sagaId' },
  stock: { key: 'sagaId' },
  shipping: { key: 'sagaId' },
});

/** Whether this can be read. A message of a version that we do not know is not ours to guess at. */
export function isOrder({ parsed, body }: Message<Order>): boolean {
  if (!parsed || typeof body !== 'object' || body === null || 'version' in body) return false;
  const { orderId, cents, sku, country } = body;
  const texts = [orderId, sku, country].every((text) => typeof text === 'string' && text.length < 100);
  return texts && Number.isSafeInteger(cents) && cents > 0;
}
