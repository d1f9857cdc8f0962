/** The components of the order-burst scenario, and what travels between them. */
import { queueBroker, tables } from '../../index.ts';

export interface Order {
  readonly orderId: string;
  readonly customer: string;
  readonly pieces: number;
}

export const WORKERS_MAX = 3;

/** All orders of one customer are in one of them; one worker at a time reads it, and the others stand by. */
const IN_TURN = { type: 'quorum', singleActiveConsumer: true, deadLetterTo: 'dead' } as const;

export const QUEUES = ['packing.0', 'packing.1', 'packing.2'] as const;

/** What workers are told each: how many there are to be. */
export const SCALING = ['scaling.0', 'scaling.1', 'scaling.2'] as const;

export const mq = queueBroker('mq', {
  queues: {
    'packing.0': IN_TURN,
    'packing.1': IN_TURN,
    'packing.2': IN_TURN,
    'scaling.0': {},
    'scaling.1': {},
    'scaling.2': {},
    dead: {},
  },
  exchanges: {
    orders: { type: 'direct', bind: QUEUES.map((queue, n) => ({ queue, key: String(n) })) },
    scaling: { type: 'fanout', bind: SCALING.map((queue) => ({ queue })) },
  },
});

/** The key by which a customer's orders are routed, always the same. */
export function routeOf(customer: string): string {
  const hash = [...customer].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65_521, 7);
  return String(hash % QUEUES.length);
}

export const db = tables<{
  handled: { orderId: string };
  packed: { id: string; orderId: string; customer: string };
}>('db', {
  handled: { key: 'orderId' },
  packed: { key: 'id', sequences: ['parcel'] },
});
