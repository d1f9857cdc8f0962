/** How news is handled, and told on. The order's id stands in a header: to take something back, nothing of the body is needed. */
import { type Delivery, type Message, type Ports, type Service, service } from '../../index.ts';
import { db, type EventType, isOrder, mq, type Order } from './system.ts';
import { tryAgain } from '../try-again.ts';

const uses = { mq, db };
export type ShopPorts = Ports<typeof uses>;
export type ShopTx = Parameters<Parameters<ShopPorts['db']['transaction']>[0]>[0];

/** What came, of which order, and the order itself where it can be read. */
export interface News {
  readonly type: string;
  readonly orderId: string;
  readonly order: Order | undefined;
}

/** @returns what is to be told of it; nothing, or that it had to be read and could not be */
export type React = (news: News, ports: ShopPorts) => Promise<EventType | 'unreadable' | undefined>;

/** A service that reacts to what is told in its queue. */
export function listening(name: 'payment' | 'stock' | 'shipping', react: React): Service {
  return service(name, uses, (ports) => listen(name, react, ports));
}

export function listen(queue: 'payment' | 'stock' | 'shipping' | 'orders', react: React, ports: ShopPorts): void {
  const handle = async ({ message, ack, nack }: Delivery<Order>): Promise<void> => {
    const orderId = String(message.headers['orderId']);
    const event = await react(
      { type: message.type, orderId, order: isOrder(message) ? message.body : undefined },
      ports,
    );
    if (event === 'unreadable') return nack({ requeue: false });
    if (event) await tellOnce(event, orderId, message, ports);
    await ack();
  };
  ports.mq.consume<Order>(queue).subscribe((delivery) => void handle(delivery).catch(() => tryAgain(delivery)));
}

/** Once it is told, it is not told again for every copy of what it follows from. */
async function tellOnce(type: EventType, orderId: string, cause: Message, ports: ShopPorts): Promise<void> {
  const id = `${type}-${orderId}`;
  if (await ports.db.transaction((tx) => tx.get('told', id))) return;
  await tell(type, orderId, cause, ports);
  await ports.db.transaction((tx) => tx.insertIfAbsent('told', { eventId: id }));
}

/** What was read is handed on as it came. */
export function tell(type: EventType, orderId: string, cause: Message, { mq }: Pick<ShopPorts, 'mq'>): Promise<void> {
  const body = UNREAD.has(type) ? { orderId } : cause.body;
  return mq.publish({ exchange: 'events', key: type }, body, { id: `${type}-${orderId}`, type, headers: { orderId } });
}

/** What is told of an order that goes no further. */
const UNREAD: ReadonlySet<EventType> = new Set(['OrderShipped', 'PaymentRefused', 'StockRefused', 'ShippingRefused']);
