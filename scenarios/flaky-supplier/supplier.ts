/** Supplies each order once, one after another, and answers to whom it was asked by. */
import { type Delivery, service } from '../../index.ts';
import { db, isOrder, mq, type Order, REPLY_QUEUES } from './system.ts';
import { tryAgain } from '../try-again.ts';

export const supplier = service('supplier', { mq, db }, (ports) => {
  const handle = async ({ message, ack, nack }: Delivery<Order>): Promise<void> => {
    if (!isOrder(message)) return nack({ requeue: false });
    const { id, body, headers } = message;
    const { orderId, sku, pieces } = body;
    await ports.db.transaction((tx) => tx.insertIfAbsent('supplies', { orderId, sku, pieces }));
    const key = REPLY_QUEUES.find((queue) => queue === headers['replyTo']) ?? 'dead';
    const about = { id: `${id}-reply`, type: 'SupplyPromised', headers: { correlationId: id } };
    await ports.mq.publish({ key }, { orderId }, about);
    await ack();
  };
  ports.mq.consume<Order>('supplier').subscribe((delivery) => void handle(delivery).catch(() => tryAgain(delivery)));
});
