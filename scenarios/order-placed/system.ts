/** The components of the order-placed scenario, and what travels between them. */
import { logBroker, type Message, queueBroker, tables } from '../../index.ts';

export interface Order {
  readonly orderId: string;
  readonly customer: string;
  readonly cents: number;
}

/** What has happened: `placedMs` is when the order was taken, however often that is told. */
export interface OrderPlaced extends Order {
  readonly placedMs: number;
}

/** A queue that outlives its consumers, and from which nothing goes unless somebody had it. */
export const LASTING = { deadLetterTo: 'dead' } as const;

/**
 * One exchange, and a queue for each subscriber. Those of shipping and email were made when the system was set up; inventory
 * declares its own at each start, and did so long ago; loyalty's is not there yet.
 */
export const mq = queueBroker('mq', {
  queues: {
    requests: LASTING,
    shipping: LASTING,
    inventory: { asDeclared: true },
    email: LASTING,
    'email.operations': LASTING,
    dead: {},
  },
  declaredLater: ['loyalty'],
  exchanges: {
    orders: { type: 'fanout', bind: [{ queue: 'shipping' }, { queue: 'inventory' }, { queue: 'email' }] },
  },
});

/** The same events as a stream, kept for those who come later. */
export const log = logBroker('log', { topics: { orders: { partitions: 2 }, dead: { partitions: 1 } } });

/** What a subscriber made of an event. */
export interface Done {
  readonly id: string;
  readonly eventId: string;
}

export const db = tables<{
  orders: OrderPlaced;
  handled: { place: string };
  parcels: Done;
  reservations: Done;
  mails: Done;
  points: Done & { readonly via: 'queue' | 'log' };
  subscriptions: { service: string; sinceMs: number };
  downtimes: { id: string; untilMs: number };
}>('db', {
  orders: { key: 'orderId' },
  handled: { key: 'place' },
  parcels: { key: 'id', sequences: ['parcel'] },
  reservations: { key: 'id', sequences: ['reservation'] },
  mails: { key: 'id', sequences: ['mail'] },
  points: { key: 'id', sequences: ['points'] },
  subscriptions: { key: 'service' },
  downtimes: { key: 'id' },
});

/** Whether this can be read. An event of a version that we do not know is not ours to guess at. */
export function isOrder({ parsed, body }: Pick<Message<Order>, 'parsed' | 'body'>): boolean {
  if (!parsed || typeof body !== 'object' || body === null || 'version' in body) return false;
  const { orderId, customer, cents } = body;
  const isText = [orderId, customer].every((text) => typeof text === 'string' && text.length < 10_000);
  return isText && Number.isSafeInteger(cents);
}
