/** Five services, each of which reacts to events with one of its own. None knows the others; each hands the journey's ids on. */
import { firstValueFrom, timer } from 'rxjs';
import { type Delivery, type Message, type Ports, type Service, service } from '../../index.ts';
import { type Data, type EventType, eventOf, headersOf, readEvent, type ShopEvent } from './events.ts';
import { db, mq } from './system.ts';

const uses = { mq, db };
type ShopPorts = Ports<typeof uses>;
type ShopTx = Parameters<Parameters<ShopPorts['db']['transaction']>[0]>[0];
type Name = 'orders' | 'payment' | 'stock' | 'shipping' | 'mail';
/** What follows from an event; nothing as yet, or nothing at all. */
type React = (tx: ShopTx, given: ShopEvent) => Promise<Data | undefined>;
/** What a message carries when it is sent to be tried again. */
export type Again = (message: Message) => { readonly headers: Record<string, unknown> };

/** As it came. */
export const asItCame: Again = ({ headers }) => ({ headers });

function reacting(name: Name, type: EventType, react: React, again: Again = asItCame): Service {
  return service(name, uses, (ports) => {
    const handle = async ({ message, ack, nack }: Delivery<unknown>): Promise<void> => {
      const given = readEvent(message);
      if (!given) return nack({ requeue: false });
      const event = await ports.db.transaction(async (tx) => {
        const data = await react(tx, given);
        if (!data) return undefined;
        const fresh = eventOf(name, type, data, given);
        await tx.insertIfAbsent('events', fresh);
        return tx.get('events', fresh.id);
      });
      // What followed from another event is told by whoever handles that one.
      if (event?.causationid === given.id) await tell(event, ports);
      await ack();
    };
    const later = async ({ message, ack }: Delivery<unknown>): Promise<void> => {
      const { id, body } = message;
      await ports.mq.publish({ key: `${name}.retry` }, body, { id, type: message.type, ...again(message) });
      await ack();
    };
    ports.mq.consume(name).subscribe((delivery) => {
      handle(delivery).catch(() => later(delivery).catch(() => tryAgain(delivery)));
    });
  });
}

/** For when not even the broker can be reached. */
async function tryAgain(delivery: Delivery<unknown>): Promise<void> {
  await firstValueFrom(timer(300));
  await delivery.nack().catch(() => {});
}

export function tell(event: ShopEvent, { mq }: Pick<ShopPorts, 'mq'>): Promise<void> {
  const { id, type, data } = event;
  return mq.publish({ exchange: 'events', key: type }, data, { id, type, headers: headersOf(event) });
}

const only =
  (...names: string[]) =>
  async (_: ShopTx, { data }: ShopEvent): Promise<Data> =>
    Object.fromEntries(Object.entries(data).filter(([name]) => names.includes(name)));

export const orders = reacting('orders', 'OrderPlaced', only('orderId', 'sku', 'cents'));
export const paymentWith = (again?: Again): Service =>
  reacting('payment', 'PaymentTaken', only('orderId', 'cents'), again);
export const stock = reacting('stock', 'StockReserved', only('orderId', 'sku'));
export const mail = reacting('mail', 'CustomerTold', only('orderId'));

/** Ships when the order is both paid and reserved, whichever comes last: from that it follows. */
export const shipping = reacting('shipping', 'ParcelShipped', async (tx, { subject, type }) => {
  await tx.insertIfAbsent('parcels', { orderId: subject, isPaid: false, isReserved: false });
  const [parcel] = await tx.scan('parcels', { where: ({ orderId }) => orderId === subject, forUpdate: 'wait' });
  if (!parcel) return undefined;
  const { isPaid, isReserved } = parcel;
  const next = {
    ...parcel,
    isPaid: isPaid || type === 'PaymentTaken',
    isReserved: isReserved || type === 'StockReserved',
  };
  await tx.put('parcels', next);
  return next.isPaid && next.isReserved ? { orderId: subject } : undefined;
});
