/** Ships each accepted order once, however often it is told. */
import { firstValueFrom, timer } from 'rxjs';
import { type Delivery, service } from '../../index.ts';
import { db, mq } from './system.ts';

export const shipping = service('shipping', { mq, db }, (ports) => {
  const handle = async ({ message, ack, nack }: Delivery<{ orderId: string }>): Promise<void> => {
    const { parsed, body } = message;
    if (!parsed || typeof body?.orderId !== 'string' || 'version' in body) return nack({ requeue: false });
    await ports.db.transaction(async (tx) => {
      if (!(await tx.insertIfAbsent('shipped', { eventId: message.id }))) return;
      await tx.insert('shipments', { id: `s${await tx.next('shipment')}`, orderId: body.orderId });
    });
    await ack();
  };
  ports.mq.consume<{ orderId: string }>('accepted').subscribe((delivery) => {
    handle(delivery).catch(() =>
      firstValueFrom(timer(200))
        .then(() => delivery.nack())
        .catch(() => {}),
    );
  });
});
