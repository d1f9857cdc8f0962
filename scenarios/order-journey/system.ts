/** The components of the order-journey scenario. */
import { queueBroker, tables } from '../../index.ts';
import type { ShopEvent } from './events.ts';

export interface Order {
  readonly orderId: string;
  readonly sku: string;
  readonly cents: number;
}

/** What an order still waits for before it is shipped. */
export interface Parcel {
  readonly orderId: string;
  readonly isPaid: boolean;
  readonly isReserved: boolean;
}

export const mq = queueBroker('mq', {
  queues: {
    orders: { deadLetterTo: 'dead' },
    payment: { deadLetterTo: 'dead' },
    stock: { deadLetterTo: 'dead' },
    shipping: { deadLetterTo: 'dead' },
    mail: { deadLetterTo: 'dead' },
    told: {},
    dead: {},
  },
  exchanges: {
    events: {
      type: 'direct',
      bind: [
        { queue: 'orders', key: 'OrderRequested' },
        { queue: 'payment', key: 'OrderPlaced' },
        { queue: 'stock', key: 'OrderPlaced' },
        { queue: 'shipping', key: 'PaymentTaken' },
        { queue: 'shipping', key: 'StockReserved' },
        { queue: 'mail', key: 'ParcelShipped' },
        { queue: 'told', key: 'CustomerTold' },
      ],
    },
  },
});

/** An event that happened, and whether it is told; `null`: it never will, for what it would follow from was given up. */
export interface Happened {
  readonly id: string;
  readonly event: ShopEvent | null;
  readonly isTold: boolean;
}

/** An event is written down once, in the transaction of what it tells; however often it is sent, it is that one. */
export const db = tables<{ events: Happened; parcels: Parcel }>('db', {
  events: { key: 'id' },
  parcels: { key: 'orderId' },
});
