/** Takes orders, and tells that they were placed: to an exchange and to a topic, and to nobody that it would know. */
import { type Delivery, type Ports, service, virtualTime } from '../../index.ts';
import { db, isOrder, log, mq, type Order } from './system.ts';
import { tryAgain } from '../try-again.ts';

const uses = { mq, log, db };

export const orders = service('orders', uses, (ports) => {
  const handle = async ({ message, ack, nack }: Delivery<Order>): Promise<void> => {
    if (!isOrder(message)) return nack({ requeue: false });
    await tell(message.body, ports);
    await ack();
  };
  ports.mq.consume<Order>('requests').subscribe((delivery) => void handle(delivery).catch(() => tryAgain(delivery)));
});

/** However often it is told, it is that event: who hears of it again knows it by its id. */
async function tell(order: Order, { mq, log, db }: Ports<typeof uses>): Promise<void> {
  const placed = await db.transaction(async (tx) => {
    await tx.insertIfAbsent('orders', { ...order, placedMs: virtualTime.now() });
    return tx.get('orders', order.orderId);
  });
  const about = { id: `placed-${order.orderId}`, type: 'OrderPlaced' };
  await mq.publish({ exchange: 'orders', key: '' }, placed, about);
  await log.produce('orders', { ...about, key: order.customer, body: placed });
}
