/** The components of the delivery-address scenario, and what travels between them. */
import { eventStore, type Message, queueBroker, tables } from '../../index.ts';

export const CUSTOMERS = ['Ann', 'Bob'] as const;
export const REPLICAS = ['near', 'far'] as const;
export type Replica = (typeof REPLICAS)[number];

/** A customer looks where parcels go to, having said so before if there is an address. */
export interface Visit {
  readonly visitId: string;
  readonly customer: (typeof CUSTOMERS)[number];
  readonly address?: string;
}

export interface AddressChanged {
  readonly type: 'AddressChanged';
  readonly visitId: string;
  readonly address: string;
}

export const mq = queueBroker('mq', {
  queues: { visits: { type: 'quorum', deadLetterTo: 'visits.dead' }, 'visits.dead': {} },
});

/** Who writes: a stream for each customer. */
export const addresses = eventStore<AddressChanged>('addresses');

/** What a view shows of a customer, as of a version of their stream. */
export interface Shown {
  readonly customer: string;
  readonly address: string;
  readonly version: number;
}

/** How far a replica of the view has come. */
export interface Checkpoint {
  readonly replica: Replica;
  readonly position: bigint;
}

/** The version that a customer knows of: the least that they may be shown. */
export interface Session {
  readonly customer: string;
  readonly version: number;
}

/** What a customer was told at a visit: that the address is saved, that it is not to be seen yet, the address. */
export interface Page {
  readonly id: string;
  readonly visitId: string;
  readonly customer: string;
  readonly says: 'saved' | 'pending' | 'shown';
  readonly version: number;
}

export const db = tables<{
  near: Shown;
  far: Shown;
  checkpoints: Checkpoint;
  sessions: Session;
  pages: Page;
}>('db', {
  near: { key: 'customer' },
  far: { key: 'customer' },
  checkpoints: { key: 'replica', rows: REPLICAS.map((replica) => ({ replica, position: 0n })) },
  sessions: { key: 'customer', rows: CUSTOMERS.map((customer) => ({ customer, version: 0 })) },
  pages: { key: 'id' },
});

export const streamOf = (customer: string): string => `customer-${customer}`;
export const customerOf = (stream: string): string => stream.slice('customer-'.length);

/** Whether this can be read. What another version of the shop wrote is not ours to guess at. */
export function isVisit({ parsed, body }: Message<Visit>): boolean {
  if (!parsed || typeof body !== 'object' || body === null || 'version' in body) return false;
  const { visitId, customer, address = '' } = body;
  const isShort = typeof address === 'string' && address.length < 200;
  return typeof visitId === 'string' && CUSTOMERS.includes(customer) && isShort;
}
