/**
 * What the store knows of a message on its way. It decides, in one transaction, before anything is published: who finds
 * a decision carries it out, again if need be.
 */
import { type Delivery, type Message, type Ports, virtualTime } from '../../index.ts';
import { db, type Invoice, mail, mq, type Progress } from './system.ts';

export const uses = { mq, db, mail };
export type InvoicingPorts = Ports<typeof uses>;
export type InvoicingTx = Parameters<Parameters<InvoicingPorts['db']['transaction']>[0]>[0];

/** Tries before a message is parked. */
export const ATTEMPTS = 3;

/** The parts that wrong variants change. */
export interface Parts {
  /** Messages in hand at a time. */
  readonly prefetch: number;
  /** Whether an earlier invoice of the customer is still open. */
  isBehind(tx: InvoicingTx, row: Progress): Promise<boolean>;
  /** Counts this attempt, and says which it is. */
  count(tx: InvoicingTx, row: Progress, delivery: Delivery<Invoice>): Promise<number>;
  /** Remembers the message: false when it is remembered already. */
  remember(tx: InvoicingTx, message: Message<Invoice>): Promise<boolean>;
}

export const parts: Parts = {
  prefetch: 1,
  isBehind: async (tx, { customer, place, redrives }) => {
    if (redrives > 0) return false; // its turn is over
    const earlier = (row: Progress): boolean =>
      row.customer === customer && row.state === 'open' && row.redrives === 0 && row.place < place;
    return (await tx.scan('progress', { where: earlier, limit: 1 })).length > 0;
  },
  count: async (tx, row) => {
    await tx.put('progress', { ...row, attempts: row.attempts + 1 });
    return row.attempts + 1;
  },
  remember: (tx, message) => tx.insertIfAbsent('inbox', memoryOf(message)),
};

export function memoryOf({ id, headers }: Message) {
  return {
    messageId: id,
    customer: String(headers['customer']),
    number: Number(headers['number']),
    atMs: virtualTime.now(),
  };
}

export type Claim =
  | { readonly is: 'ours'; readonly attempt: number }
  | { readonly is: 'behind' | 'unread' | 'buried' | 'finished' }
  | { readonly is: 'parked'; readonly reason: string };

/**
 * Looks at the message's turn and counts the attempt before anybody reads its body: reading may be the end of us. So a
 * copy that came back unsettled counts even when it is not its turn.
 */
export function claim(delivery: Delivery<Invoice>, { db }: InvoicingPorts, of: Parts): Promise<Claim> {
  const { message, redelivered } = delivery;
  return db.transaction(async (tx): Promise<Claim> => {
    const row = await known(tx, message);
    if (!row) return { is: 'finished' };
    if (row.state === 'buried') return { is: 'buried' };
    if (row.state === 'parked') return parked(tx, row, delivery, of);
    const isBehind = await of.isBehind(tx, row);
    if (isBehind && !redelivered) return { is: 'behind' };
    const attempt = await of.count(tx, row, delivery);
    if (attempt <= ATTEMPTS) return isBehind ? { is: 'behind' } : { is: 'ours', attempt };
    await tx.put('progress', { ...row, state: 'parked' });
    return { is: 'unread' };
  });
}

/** Who moves it aside reads its body once more: that counts too, for a copy that came back unsettled. */
async function parked(tx: InvoicingTx, row: Progress, delivery: Delivery<Invoice>, of: Parts): Promise<Claim> {
  const { reason } = row;
  if (reason === '') return { is: 'unread' };
  if (delivery.redelivered && (await of.count(tx, row, delivery)) > ATTEMPTS) return { is: 'unread' };
  return { is: 'parked', reason };
}

/**
 * How far the message has come, locked; who is new takes a place. Nothing of one that is finished: a late copy would open it
 * again, and whoever dies of that would leave the customer's other invoices behind it for ever.
 */
async function known(tx: InvoicingTx, { id, headers }: Message): Promise<Progress | undefined> {
  const place = Number(await tx.next('place'));
  const customer = String(headers['customer']);
  const fresh: Progress = { id, customer, place, attempts: 0, redrives: 0, state: 'open', reason: '' };
  while (!(await tx.insertIfAbsent('progress', fresh))) {
    const row = await locked(tx, id);
    if (row) return row;
    // It was finished meanwhile.
  }
  if (!(await tx.get('inbox', id))) return fresh;
  await tx.delete('progress', id);
  return undefined;
}

export async function locked(tx: InvoicingTx, id: string): Promise<Progress | undefined> {
  const [row] = await tx.scan('progress', { where: (each) => each.id === id, forUpdate: 'wait' });
  return row;
}

const RATES: Readonly<Record<string, number>> = { DE: 19, FR: 20, SE: 25 };

/** Memory and booking, both or neither. What is known already changes nothing. */
export function book(message: Message<Invoice>, { db }: InvoicingPorts, of: Parts): Promise<void> {
  return db.transaction(async (tx) => {
    const row = await locked(tx, message.id);
    if (row?.state !== 'open') throw new Error('The message is somebody else’s by now');
    if (!(await of.remember(tx, message))) return;
    const { invoiceId, customer, country, cents } = message.body;
    const rate = RATES[country];
    if (rate === undefined) throw new RangeError('There is no rate for this country');
    const tax = Math.round((cents * rate) / 100);
    const id = `b${await tx.next('booking')}`;
    await tx.insert('booked', { id, invoiceId, customer, cents, tax, redriven: row.redrives > 0 });
  });
}

export function finish({ id }: Message, { db }: InvoicingPorts): Promise<unknown> {
  return db.transaction((tx) => tx.delete('progress', id));
}

/** Gives the message up for now: false when it is settled already. */
export function giveUp({ id }: Message, reason: string, { db }: InvoicingPorts): Promise<boolean> {
  return db.transaction(async (tx) => {
    const row = await locked(tx, id);
    if (row?.state === 'open') await tx.put('progress', { ...row, state: 'parked', reason });
    return row !== undefined && row.state !== 'buried';
  });
}
