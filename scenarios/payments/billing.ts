/**
 * The consumer that takes payments: check the message, charge the card, write inbox, charge and total in one
 * transaction, publish the event, ack. What can never be charged goes to the dead letters; what failed for now is tried
 * again.
 */
import { firstValueFrom, timer } from 'rxjs';
import type { Delivery, Life, Message, Ports } from '../../index.ts';
import { service } from '../../index.ts';
import { card, db, mq, type Payment } from './system.ts';

const uses = { mq, db, card };
export type BillingPorts = Ports<typeof uses>;
export type BillingTx = Parameters<Parameters<BillingPorts['db']['transaction']>[0]>[0];
export type Handle = (delivery: Delivery<Payment>, ports: BillingPorts) => Promise<void>;

/** A billing service around a handler; what the handler throws is tried again after a while. */
export function billingWith(make: (life: Life) => Handle, onError: Handle = tryAgain) {
  return service('billing', uses, (ports, life) => {
    const handle = make(life);
    ports.mq.consume<Payment>('payments').subscribe((delivery) => {
      handle(delivery, ports).catch(() => onError(delivery, ports).catch(() => {}));
    });
  });
}

async function tryAgain(delivery: Delivery<Payment>): Promise<void> {
  await firstValueFrom(timer(500));
  await delivery.nack();
}

/** Whether this can be charged at all. A message of a version that we do not know is not ours to guess at. */
export function isValid({ parsed, body }: Message<Payment>): boolean {
  if (!parsed || typeof body !== 'object' || body === null) return false;
  const { transactionId, customer, note, cents } = body;
  const texts = [transactionId, customer, note].every((text) => typeof text === 'string' && text.length < 10_000);
  return texts && Number.isSafeInteger(cents) && cents > 0 && !('version' in body);
}

export async function charge({ body }: Message<Payment>, { card }: BillingPorts): Promise<void> {
  await card.charge({ transactionId: body.transactionId, cents: body.cents });
}

/** Inbox, charge and total, all or nothing. A message that was stored before changes nothing. */
export function store(message: Message<Payment>, { db }: BillingPorts): Promise<void> {
  return db.transaction(async (tx) => {
    const isNew = await tx.insertIfAbsent('inbox', { messageId: message.id });
    if (!isNew) return;
    await insertCharge(tx, message.body);
    await addToTotal(tx, message.body);
  });
}

export async function insertCharge(tx: BillingTx, { transactionId, customer, cents }: Payment): Promise<void> {
  const id = `c${await tx.next('charge')}`;
  await tx.insert('charges', { id, transactionId, customer, cents });
}

/** Locks the customer's row before reading it: another instance may be adding to it. */
export async function addToTotal(tx: BillingTx, { customer, cents }: Payment): Promise<void> {
  await tx.insertIfAbsent('totals', { customer, cents: 0, payments: 0 });
  const [row] = await tx.scan('totals', { where: (total) => total.customer === customer, forUpdate: 'wait' });
  if (row) await tx.put('totals', { customer, cents: row.cents + cents, payments: row.payments + 1 });
}

/** The event carries what caused it, and the id of its transaction, so that a copy of it is known as one. */
export async function announce({ id, body, headers }: Message<Payment>, { mq }: BillingPorts): Promise<void> {
  const { transactionId, cents } = body;
  await mq.publish(
    { exchange: 'events', key: 'payment.charged' },
    { transactionId, cents },
    {
      id: `charged-${transactionId}`,
      type: 'PaymentCharged',
      headers: { causationId: id, correlationId: headers['correlationId'] },
    },
  );
}

export const handle: Handle = async (delivery, ports) => {
  const { message } = delivery;
  if (!isValid(message)) return delivery.nack({ requeue: false });
  await charge(message, ports);
  await store(message, ports);
  await announce(message, ports);
  await delivery.ack();
};
