/**
 * Books each invoice and has it sent, one customer's in the order in which they came. What cannot be read is parked at
 * once; what fails is tried again, later and later, and parked in the end, while the other customers' invoices go on.
 */
import { firstValueFrom, timer } from 'rxjs';
import { type Delivery, type Message, type Service, service } from '../../index.ts';
import { ATTEMPTS, book, claim, finish, giveUp, type InvoicingPorts, type Parts, parts, uses } from './progress.ts';
import { type Invoice, sameAgain, UNREADABLE } from './system.ts';

/** Moves a message that was given up to the parked ones. */
export type Park = (delivery: Delivery<Invoice>, reason: string, ports: InvoicingPorts) => Promise<void>;

/** The service around the parts that wrong variants change. */
export function invoicingWith(change: () => Partial<Parts> = () => ({}), park: Park = publishThenAck): Service {
  return service('invoicing', uses, (ports) => {
    const of = { ...parts, ...change() };
    ports.mq.consume<Invoice>('invoices', { prefetch: of.prefetch }).subscribe((delivery) => {
      handle(delivery, ports, of, park).catch(() => tryAgain(delivery).catch(() => {}));
    });
  });
}

async function handle(delivery: Delivery<Invoice>, ports: InvoicingPorts, of: Parts, park: Park): Promise<void> {
  const { message } = delivery;
  const claimed = await claim(delivery, ports, of);
  switch (claimed.is) {
    case 'ours': {
      const failed = isInvoice(message) ? await attempt(message, ports, of) : UNREADABLE;
      if (failed === undefined) return delivery.ack();
      if (failed !== UNREADABLE && claimed.attempt < ATTEMPTS) {
        await publishTo(`retry.${claimed.attempt}`, message, ports);
        return delivery.ack();
      }
      return (await giveUp(message, failed, ports)) ? park(delivery, failed, ports) : delivery.ack();
    }
    case 'behind':
      await publishTo('behind', message, ports);
      return delivery.ack();
    case 'parked':
      return park(delivery, claimed.reason, ports);
    case 'unread': // whoever tried it last did not live to say why: the broker takes it as it is
      return delivery.nack({ requeue: false });
    case 'buried':
    case 'finished':
      return delivery.ack();
  }
}

/** @returns why it failed */
async function attempt(message: Message<Invoice>, ports: InvoicingPorts, of: Parts): Promise<string | undefined> {
  try {
    await book(message, ports, of);
    await ports.mail.send({ invoiceId: message.body.invoiceId });
    await finish(message, ports);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.name : 'error';
  }
}

const publishThenAck: Park = async (delivery, reason, ports) => {
  await publishTo('parking', delivery.message, ports, { reason });
  await delivery.ack();
};

export async function publishTo(
  exchange: string,
  message: Message,
  { mq }: Pick<InvoicingPorts, 'mq'>,
  more: Record<string, unknown> = {},
): Promise<void> {
  const { key, body, options } = sameAgain(message, more);
  await mq.publish({ exchange, key }, body, options);
}

/** It goes back to its place. */
async function tryAgain(delivery: Delivery<Invoice>): Promise<void> {
  await firstValueFrom(timer(500));
  await delivery.nack();
}

function isInvoice({ parsed, body }: Message<Invoice>): boolean {
  if (!parsed || typeof body !== 'object' || body === null || 'version' in body) return false;
  const { invoiceId, customer, country, cents } = body;
  const texts = [invoiceId, customer, country].every((text) => typeof text === 'string' && text.length < 1_000);
  return texts && Number.isSafeInteger(cents) && cents > 0;
}
