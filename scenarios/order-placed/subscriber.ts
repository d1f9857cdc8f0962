/** What subscribers to OrderPlaced have in common: each event takes effect once, and what cannot be read is parked. */
import { type Delivery, type Ports, service } from '../../index.ts';
import { db, isOrder, mq, type OrderPlaced } from './system.ts';
import { tryAgain } from '../try-again.ts';

export const uses = { mq, db };
export type SubscriberPorts = Ports<typeof uses>;
type SubscriberTx = Parameters<Parameters<SubscriberPorts['db']['transaction']>[0]>[0];
/** What follows from an event that was not handled before. */
export type React = (tx: SubscriberTx, eventId: string) => Promise<void>;
/** Sees to it that there is a queue for the events, and that they come to it. */
export type Subscribe = (mq: SubscriberPorts['mq']) => Promise<void>;

type Queue = 'shipping' | 'inventory' | 'email' | 'loyalty';

export function listen(queue: Queue, react: React, { mq, db }: SubscriberPorts): void {
  const handle = async ({ message, ack, nack }: Delivery<OrderPlaced>): Promise<void> => {
    if (!isOrder(message)) return nack({ requeue: false });
    await once(`${queue} ${message.id}`, message.id, react, db);
    await ack();
  };
  mq.consume<OrderPlaced>(queue).subscribe((delivery) => void handle(delivery).catch(() => tryAgain(delivery)));
}

export function once(place: string, eventId: string, react: React, db: SubscriberPorts['db']): Promise<void> {
  return db.transaction(async (tx) => {
    if (await tx.insertIfAbsent('handled', { place })) await react(tx, eventId);
  });
}

export const shipping = service('shipping', uses, (ports) =>
  listen(
    'shipping',
    async (tx, eventId) => tx.insert('parcels', { id: `p${await tx.next('parcel')}`, eventId }),
    ports,
  ),
);
