/** The components of the warehouse, and what travels between them. */
import { queueBroker, tables } from '../../index.ts';

export interface Order {
  readonly orderId: string;
  readonly sku: string;
  readonly pieces: number;
}

/** What both versions of the warehouse know. */
export interface StockReserved {
  readonly orderId: string;
  readonly pieces: number;
  /** The new version says how many parcels it takes; the old one reads over it. */
  readonly parcels?: number;
}

export const mq = queueBroker('mq', {
  queues: {
    orders: { type: 'quorum', deadLetterTo: 'orders.dead' },
    reserved: { type: 'quorum', deadLetterTo: 'reserved.dead' },
    'orders.dead': {},
    'reserved.dead': {},
  },
  exchanges: { events: { type: 'topic', bind: [{ queue: 'reserved', key: 'stock.*' }] } },
  profile: '4.2',
});

export const db = tables<{
  inbox: { messageId: string };
  reservations: { id: string; orderId: string; sku: string; pieces: number };
  shipments: { id: string; orderId: string; pieces: number; parcels: number };
}>('db', {
  inbox: { key: 'messageId' },
  reservations: { key: 'id', sequences: ['reservation'] },
  shipments: { key: 'id', sequences: ['shipment'] },
});
