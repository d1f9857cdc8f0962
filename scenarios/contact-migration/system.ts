/** The components of the contact-migration scenario, and what travels between them. */
import { type Message, queueBroker, tables } from '../../index.ts';

export const CUSTOMERS = ['Ann', 'Bob', 'Eve'] as const;

/** A customer looks at their number, having changed it before if one is given. */
export interface Visit {
  readonly visitId: string;
  readonly customer: (typeof CUSTOMERS)[number];
  readonly phone?: string;
}

/** What is stored of a customer, while `phone` is replaced by `contact`. */
export interface Customer {
  readonly name: string;
  /** Counts the changes. */
  readonly revision: number;
  /** The old column: `0701`. */
  readonly phone?: string;
  /** The new one: `tel:0701`. */
  readonly contact?: string;
  /** The revision that `contact` is of: an old instance writes the old column alone. */
  readonly contactOf?: number;
}

/** What a customer was told at a visit: that the number is saved, or what it is. `of`: the revision that this number is of. */
export interface Page {
  readonly id: string;
  readonly visitId: string;
  readonly customer: string;
  readonly says: 'saved' | 'shown';
  readonly number: string;
  readonly of: number;
}

export const mq = queueBroker('mq', {
  queues: { visits: { type: 'quorum', deadLetterTo: 'visits.dead' }, 'visits.dead': {} },
});

export const db = tables<{ customers: Customer; pages: Page }>('db', {
  customers: { key: 'name', rows: CUSTOMERS.map((name) => ({ name, revision: 1, phone: '0700' })) },
  pages: { key: 'id' },
});

/** Whether this can be read. */
export function isVisit({ parsed, body }: Message<Visit>): boolean {
  if (!parsed || typeof body !== 'object' || body === null || 'version' in body) return false;
  const { visitId, customer, phone = '' } = body;
  const isShort = typeof phone === 'string' && phone.length < 20;
  return typeof visitId === 'string' && CUSTOMERS.includes(customer) && isShort;
}
