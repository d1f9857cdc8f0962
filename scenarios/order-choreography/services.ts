/**
 * Services that know nothing of each other: each does its step when the one before it is told, and takes it back when one behind
 * it is refused. Nobody leads. What is shipped is shipped, so whether an order that takes too long goes on is for shipping to say:
 * it ships it or refuses it, once, and all others follow. What is called off before it was asked for is never done: the one may
 * overtake the other.
 */
import { type Delivery, type Service, service } from '../../index.ts';
import { db, type EventType, isOrder, mq, type Order, type Standing, type Work } from './system.ts';
import { listen, listening, type React, type ShopPorts, type ShopTx, tell } from './telling.ts';
import { tryAgain } from '../try-again.ts';

type Step = 'payment' | 'stock' | 'shipping';
export type Undo = (tx: ShopTx, step: Step, orderId: string) => Promise<void>;

/** What it listens to, what it has to say, and its own rule about what it does not do. */
interface Telling {
  readonly on: EventType;
  readonly done: EventType;
  readonly refused: EventType;
  readonly isRefused: (order: Order) => boolean;
}

/** Does what is asked for in one event, and undoes it on all others. It tells what stands, not what it would have done. */
function stepOf(step: Step, { on, done, refused, isRefused }: Telling, undo: Undo = callOff): React {
  return ({ type, orderId, order }, { db }) =>
    db.transaction(async (tx) => {
      if (type !== on) return void (await undo(tx, step, orderId));
      if (order) await tx.insertIfAbsent(step, { orderId, state: isRefused(order) ? 'refused' : 'done' });
      // What was read when it came first is done, readable now or not. Whoever reads it may still be at it: the row says who was first.
      else if (await tx.insertIfAbsent(step, { orderId, state: 'refused' })) return 'unreadable';
      const work = await tx.get(step, orderId);
      return work?.state === 'undone' ? undefined : work?.state === 'done' ? done : refused;
    });
}

const callOff: Undo = async (tx, step, orderId) => {
  if (!(await tx.insertIfAbsent(step, { orderId, state: 'undone' }))) await undoWhatIsDone(tx, step, orderId);
};

export const undoWhatIsDone: Undo = async (tx, step, orderId) => {
  const [work] = await tx.scan(step, { where: (each: Work) => each.orderId === orderId, forUpdate: 'wait' });
  if (work?.state === 'done') await tx.put(step, { orderId, state: 'undone' });
};

const refuseUnlessShipped: React = ({ orderId }, { db }) =>
  db.transaction(async (tx) => {
    await tx.insertIfAbsent('shipping', { orderId, state: 'refused' });
    return (await tx.get('shipping', orderId))?.state === 'refused' ? 'ShippingRefused' : undefined;
  });

const pay = { on: 'OrderPlaced', done: 'PaymentTaken', refused: 'PaymentRefused' } as const;
export const paymentWith = (undo?: Undo): Service =>
  listening('payment', stepOf('payment', { ...pay, isRefused: ({ cents }) => cents > 80_000 }, undo));

const reserve = { on: 'PaymentTaken', done: 'StockReserved', refused: 'StockRefused' } as const;
export const stock = listening('stock', stepOf('stock', { ...reserve, isRefused: ({ sku }) => sku === 'unicorn' }));

const shipment = { on: 'StockReserved', done: 'OrderShipped', refused: 'ShippingRefused' } as const;
const ship = stepOf('shipping', { ...shipment, isRefused: ({ country }) => country === 'Atlantis' });
export const shippingWith = (refuse: React = refuseUnlessShipped): Service =>
  listening('shipping', (news, ports) => (news.type === 'OrderIsLate' ? refuse(news, ports) : ship(news, ports)));

export const orders = service('orders', { mq, db }, (ports) => {
  ports.mq
    .consume<Order>('requests')
    .subscribe((delivery) => void takeIn(delivery, ports).catch(() => tryAgain(delivery)));
  listen('orders', standAs, ports);
});

/** The timer goes first: an order that nobody hears of is late too. */
async function takeIn({ message, ack, nack }: Delivery<Order>, ports: ShopPorts): Promise<void> {
  const orderId = message.id;
  if (!isOrder(message)) return nack({ requeue: false });
  const about = { id: `OrderIsLate-${orderId}`, type: 'OrderIsLate', headers: { orderId } };
  await ports.mq.publish({ key: 'timers' }, {}, about);
  await ports.db.transaction((tx) => tx.insertIfAbsent('orders', { orderId, state: 'placed' }));
  await tell('OrderPlaced', orderId, message, ports);
  await ack();
}

/** An order may be cancelled before it is known to be placed. */
const standAs: React = ({ type, orderId }, { db }) =>
  db.transaction(async (tx) => {
    const next: Standing = { orderId, state: type === 'OrderShipped' ? 'completed' : 'cancelled' };
    if (!(await tx.insertIfAbsent('orders', next))) await tx.put('orders', next);
    return undefined;
  });
