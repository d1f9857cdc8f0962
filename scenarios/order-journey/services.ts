/** Five services, each of which reacts to events with one of its own. None knows the others; each hands the journey's ids on. */
import { firstValueFrom, timer } from 'rxjs';
import { type Delivery, type Ports, type Service, service } from '../../index.ts';
import { type Data, type EventType, eventOf, headersOf, readEvent, type ShopEvent } from './events.ts';
import { db, type Happened, mq } from './system.ts';
import { tryAgain } from '../try-again.ts';

const uses = { mq, db };
type ShopPorts = Ports<typeof uses>;
type ShopTx = Parameters<Parameters<ShopPorts['db']['transaction']>[0]>[0];
type Name = 'orders' | 'payment' | 'stock' | 'shipping' | 'mail';
/** What follows from an event; nothing as yet, or nothing at all. */
type React = (tx: ShopTx, given: ShopEvent) => Promise<Data | undefined>;
/** What is sent when it could not be sent the first time. */
export type Again = (event: ShopEvent) => ShopEvent;

/** Settles when the event counts as told. */
export type Send = (event: ShopEvent, tell: (event: ShopEvent) => Promise<void>) => Promise<void>;

function reacting(name: Name, type: EventType, react: React, send: Send = inTheEnd()): Service {
  return service(name, uses, (ports) => {
    const handle = async ({ message, ack, nack }: Delivery<unknown>): Promise<void> => {
      const given = readEvent(message);
      const happened = await ports.db.transaction(async (tx) => {
        if (!given) return givenUp(tx, `${type}-${String(message.headers['ce_subject'])}`);
        const data = await react(tx, given);
        if (!data) return undefined;
        const event = eventOf(name, type, data, given);
        await tx.insertIfAbsent('events', { id: event.id, event, isTold: false });
        return tx.get('events', event.id);
      });
      if (happened?.event === null) return nack({ requeue: false });
      // What followed from another event is told by whoever handles that one.
      if (happened?.event.causationid === message.id && !happened.isTold) {
        await send(happened.event, (event) => tell(event, ports));
        await ports.db.transaction((tx) => tx.put('events', { ...happened, isTold: true }));
      }
      await ack();
    };
    ports.mq.consume(name).subscribe((delivery) => void handle(delivery).catch(() => tryAgain(delivery)));
  });
}

/**
 * What was read when it came first has happened, readable now or not. Whoever reads it may still be at it: the row says which of
 * the two came first, and the other one goes by that.
 */
async function givenUp(tx: ShopTx, id: string): Promise<Happened | undefined> {
  await tx.insertIfAbsent('events', { id, event: null, isTold: true });
  return tx.get('events', id);
}

const TRIES_MAX = 5;
const WAIT_MS = 300;

/** Tries a few times, then has the message that led to it come again. */
export function inTheEnd(again: Again = (event) => event): Send {
  return async (event, tell) => {
    for (let tries = 1; ; tries++) {
      try {
        return await tell(tries === 1 ? event : again(event));
      } catch (error) {
        if (tries === TRIES_MAX) throw error;
        await firstValueFrom(timer(WAIT_MS));
      }
    }
  };
}

export function tell(event: ShopEvent, { mq }: Pick<ShopPorts, 'mq'>): Promise<void> {
  const { id, type, data } = event;
  return mq.publish({ exchange: 'events', key: type }, data, { id, type, headers: headersOf(event) });
}

const only =
  (...names: string[]) =>
  async (_: ShopTx, { data }: ShopEvent): Promise<Data> =>
    Object.fromEntries(Object.entries(data).filter(([name]) => names.includes(name)));

export const ordersWith = (send?: Send): Service =>
  reacting('orders', 'OrderPlaced', only('orderId', 'sku', 'cents'), send);
export const paymentWith = (send?: Send): Service =>
  reacting('payment', 'PaymentTaken', only('orderId', 'cents'), send);
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
