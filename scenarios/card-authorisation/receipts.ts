/** What follows from an approved checkout, and nobody waits for: one receipt. */
import { type Delivery, service } from '../../index.ts';
import { tryAgain } from './checkout.ts';
import { db, mq } from './system.ts';

export const receipts = service('receipts', { mq, db }, (ports) => {
  const handle = async ({ message, ack, nack }: Delivery<{ orderId: string }>): Promise<void> => {
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
    .subscribe((delivery) => void handle(delivery).catch(() => tryAgain(delivery)));
});
