/** Takes orders: the order and the event to be published about it are written in one transaction. */
import { firstValueFrom, timer } from 'rxjs';
import { type Delivery, type Message, type Ports, service } from '../../index.ts';
import { db, mq, type Order } from './system.ts';

const uses = { mq, db };
export type OrdersPorts = Ports<typeof uses>;
export type OrdersTx = Parameters<Parameters<OrdersPorts['db']['transaction']>[0]>[0];
export type TakeOrder = (order: Order, ports: OrdersPorts) => Promise<void>;

/** The orders service around the part that wrong variants change. */
export function ordersWith(take: TakeOrder) {
  return service('orders', uses, (ports) => {
    const handle = async (delivery: Delivery<Order>): Promise<void> => {
      if (!isOrder(delivery.message)) return delivery.nack({ requeue: false });
      await take(delivery.message.body, ports);
      await delivery.ack();
    };
    ports.mq.consume<Order>('orders').subscribe((delivery) => {
      handle(delivery).catch(() => tryAgain(delivery).catch(() => {}));
    });
  });
}

async function tryAgain(delivery: Delivery<Order>): Promise<void> {
  await firstValueFrom(timer(200));
  await delivery.nack();
}

function isOrder({ parsed, body }: Message<Order>): boolean {
  if (!parsed || typeof body !== 'object' || body === null || 'version' in body) return false;
  const { requestId, customer, cents } = body;
  return typeof requestId === 'string' && typeof customer === 'string' && Number.isSafeInteger(cents) && cents > 0;
}

export const takeOrder: TakeOrder = (order, { db }) =>
  db.transaction(async (tx) => {
    const id = await nextId(tx);
    if (!(await insertOrder(tx, id, order))) return;
    const { customer } = order;
    await tx.put('customers', { name: customer, latest: id }); // locked: a customer's positions commit in their order
    const position = Number(await tx.next('position'));
    await tx.insert('outbox', { id: `accepted-${id}`, position, orderId: id, customer, serial: null, sent: false });
  });

export async function nextId(tx: OrdersTx): Promise<string> {
  return `o${await tx.next('order')}`;
}

/** @returns false when the request is known already */
export function insertOrder(tx: OrdersTx, id: string, { requestId, customer, cents }: Order): Promise<boolean> {
  return tx.insertIfAbsent('orders', { id, requestId, customer, cents });
}

/** For those who have no outbox. */
export function announce(orderId: string, { customer }: Order, { mq }: OrdersPorts): Promise<void> {
  const event = { id: `accepted-${orderId}`, type: 'OrderAccepted' };
  return mq.publish({ exchange: 'events', key: 'order.accepted' }, { orderId, customer }, event);
}
