/** What follows from an approved checkout, and nobody waits for: one receipt. */
import { type Delivery, type Ports, type Service, service } from '../../index.ts';
import { db, mq } from './system.ts';
import { tryAgain } from '../try-again.ts';

const uses = { mq, db };
type Event = Delivery<{ orderId: string }>;
/** The part that a wrong variant changes: an event that something failed for. */
export type Failed = (delivery: Event, ports: Ports<typeof uses>) => Promise<void>;

export function receiptsWith(failed: Failed = tryAgain): Service {
  return service('receipts', uses, (ports) => {
    const handle = async ({ message, ack, nack }: Event): Promise<void> => {
      const { id, parsed, body } = message;
      if (!parsed || typeof body?.orderId !== 'string' || 'version' in body) return nack({ requeue: false });
      await ports.db.transaction(async (tx) => {
        if (!(await tx.insertIfAbsent('inbox', { eventId: id }))) return;
        await tx.insert('receipts', { id: `r${await tx.next('receipt')}`, orderId: body.orderId });
      });
      await ack();
    };
    ports.mq
      .consume<{ orderId: string }>('approved')
      .subscribe((delivery) => void handle(delivery).catch(() => failed(delivery, ports)));
  });
}
