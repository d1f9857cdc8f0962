/**
 * Orders from a supplier that is slow at times, or away. Each try has its time-out, and waits longer than the one before; how
 * often an order was tried is written down, so that neither a restart nor a second delivery begins to count anew. What has been
 * tried often enough is parked. No more orders are in hand than the bulkhead lets in: the others wait in the broker.
 */
import { first, firstValueFrom, of, Subject, timeout } from 'rxjs';
import { type Delivery, type Message, type Ports, type Service, service } from '../../index.ts';
import { backOff, CircuitBreaker } from './resilience.ts';
import { db, isOrder, mq, type Order, PATIENCE_MS, REPLY_QUEUES } from './system.ts';
import { tryAgain } from '../try-again.ts';

const uses = { mq, db };
export type ShopPorts = Ports<typeof uses>;

export const TRIES_MAX = 4;
export const BULKHEAD = 2;

/** @returns the number of the try that may be made; nothing when there were enough */
export type Count = (orderId: string, ports: ShopPorts) => Promise<number | undefined>;

/** The parts that wrong variants change. */
export interface Parts {
  readonly prefetch: number;
  /** Called for each delivery. */
  readonly counting: () => Count;
  readonly wait: (orderId: string, attempt: number) => Promise<void>;
  readonly giveUp: (delivery: Delivery<Order>) => Promise<void>;
  /** What to do with an order that something failed for; `consume` takes from the queue (again). */
  readonly failed: (delivery: Delivery<Order>, error: { code?: string }, consume: () => void) => Promise<void>;
}

export function shopWith(parts: Partial<Parts> = {}): Service {
  const { prefetch, counting, wait, giveUp, failed }: Parts = {
    prefetch: BULKHEAD,
    counting: () => count,
    wait: backOff,
    giveUp: park,
    failed: tryAgain,
    ...parts,
  };
  return service('shop', uses, (ports, { instance }) => {
    const replyTo = REPLY_QUEUES[instance % REPLY_QUEUES.length] as (typeof REPLY_QUEUES)[number];
    const replies = new Subject<Message>();
    const breaker = new CircuitBreaker();
    const ask = async ({ orderId, sku, pieces }: Order, attempt: number): Promise<boolean> => {
      const id = `${orderId}-${attempt}`;
      const mine = first((reply: Message) => reply.headers['correlationId'] === id);
      const answered = firstValueFrom(replies.pipe(mine, timeout({ first: PATIENCE_MS, with: () => of(undefined) })));
      const about = { id, type: 'SupplyRequested', headers: { replyTo } };
      await ports.mq.publish({ key: 'supplier' }, { orderId, sku, pieces }, about).catch(() => {});
      return (await answered) !== undefined;
    };
    const handle = async (delivery: Delivery<Order>): Promise<void> => {
      const { message } = delivery;
      if (!isOrder(message)) return delivery.nack({ requeue: false });
      const { orderId } = message.body;
      const next = counting();
      while (!(await isBooked(orderId, ports))) {
        const attempt = await next(orderId, ports);
        if (attempt === undefined) return giveUp(delivery);
        const hasAnswered = await breaker.call(() => ask(message.body, attempt));
        if (hasAnswered) await book(orderId, ports);
        else await wait(orderId, attempt);
      }
      await delivery.ack();
    };
    ports.mq.consume(replyTo, { prefetch: 10 }).subscribe(({ message, ack }) => {
      replies.next(message);
      ack().catch(() => {});
    });
    const consume = (): void => {
      ports.mq
        .consume<Order>('orders', { prefetch })
        .subscribe((delivery) => void handle(delivery).catch((error) => failed(delivery, error, consume)));
    };
    consume();
  });
}

const park: Parts['giveUp'] = ({ nack }) => nack({ requeue: false });

function isBooked(orderId: string, { db }: ShopPorts): Promise<boolean> {
  return db.transaction(async (tx) => (await tx.get('booked', orderId)) !== undefined);
}

function book(orderId: string, { db }: ShopPorts): Promise<unknown> {
  return db.transaction((tx) => tx.insertIfAbsent('booked', { orderId }));
}

/** Before the try is made: one that the process does not survive counts too. */
const count: Count = (orderId, { db }) =>
  db.transaction(async (tx) => {
    await tx.insertIfAbsent('tries', { orderId, count: 0 });
    const [row] = await tx.scan('tries', { where: (each) => each.orderId === orderId, forUpdate: 'wait' });
    const attempt = (row?.count ?? 0) + 1;
    if (attempt > TRIES_MAX) return undefined;
    await tx.put('tries', { orderId, count: attempt });
    return attempt;
  });
