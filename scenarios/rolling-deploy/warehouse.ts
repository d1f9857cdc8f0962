/**
 * The warehouse: reserves stock for orders, in batches, says so in an event, and ships what such an event names. Asked to
 * stop, it takes no more and finishes what it has. Each version reads the events of the one before and of the one after
 * it: what the next version will publish is read a release before it is published.
 */
import { bufferTime, concatMap, filter, firstValueFrom, fromEvent, takeUntil, timer } from 'rxjs';
import { type Delivery, type Life, type Message, type Ports, service } from '../../index.ts';
import { db, mq, type Order, type StockReserved } from './system.ts';

const uses = { mq, db };
export type WarehousePorts = Ports<typeof uses>;
export type Batch = readonly Delivery<Order>[];
/** Hands on the orders that come, in batches. */
export type Intake = (ports: WarehousePorts, life: Life, take: (batch: Batch) => Promise<void>) => void;

/** One version of the code. */
export interface Release {
  /** The types of event that it knows. What is of no such type is meant for others. */
  readonly knows: ReadonlySet<string>;
  readonly event: (order: Order) => { type: string; body: StockReserved };
  readonly intake?: Intake;
  readonly take?: (batch: Batch, ports: WarehousePorts, event: Release['event']) => Promise<void>;
}

export const PREFETCH = 10;
export const BATCH_MS = 50;
const BATCH_MAX = 5;

export function warehouse({ knows, event, intake = inBatches, take = reserveAll }: Release) {
  return service('warehouse', uses, (ports, life) => {
    intake(ports, life, (batch) => take(batch, ports, event));
    ports.mq
      .consume<StockReserved>('reserved', { prefetch: PREFETCH })
      .pipe(takeUntil(fromEvent(life.stopping, 'abort')))
      .subscribe((delivery) => {
        handOver(delivery, knows, ports).catch(() => tryAgain(delivery));
      });
  });
}

/** When no more comes, the last batch goes on at once. */
export const inBatches: Intake = ({ mq }, { stopping }, take) => {
  mq.consume<Order>('orders', { prefetch: PREFETCH })
    .pipe(takeUntil(fromEvent(stopping, 'abort')), batched, concatMap(take))
    .subscribe();
};

const inGroups = bufferTime<Delivery<Order>>(BATCH_MS, undefined, BATCH_MAX);
export const batched: typeof inGroups = (source) => inGroups(source).pipe(filter((batch) => batch.length > 0));

/** All of a batch is reserved, or nothing; then each order is announced and acked by itself. */
export const reserveAll: NonNullable<Release['take']> = async (batch, ports, event) => {
  const orders = await readable(batch);
  try {
    await reserve(orders, ports);
  } catch {
    await Promise.all(orders.map(tryAgain));
    return;
  }
  await announceAll(orders, ports, event);
};

/** What can never be reserved goes to the dead letters. */
export async function readable(batch: Batch): Promise<Batch> {
  const wrong = batch.filter(({ message }) => !isOrder(message));
  await Promise.all(wrong.map(({ nack }) => nack({ requeue: false }).catch(() => {})));
  return batch.filter((delivery) => !wrong.includes(delivery));
}

export async function announceAll(batch: Batch, ports: WarehousePorts, event: Release['event']): Promise<void> {
  await Promise.all(batch.map((delivery) => announce(delivery, ports, event).catch(() => tryAgain(delivery))));
}

export async function tryAgain(delivery: Delivery<unknown>): Promise<void> {
  await firstValueFrom(timer(500));
  await delivery.nack().catch(() => {});
}

/** In the order of their ids, so that two processes never wait for each other's rows. */
export function reserve(batch: Batch, { db }: WarehousePorts): Promise<void> {
  const orders = batch.map(({ message }) => message).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return db.transaction(async (tx) => {
    for (const { id, body } of orders) {
      if (!(await tx.insertIfAbsent('inbox', { messageId: id }))) continue;
      const { orderId, sku, pieces } = body;
      await tx.insert('reservations', { id: `r${await tx.next('reservation')}`, orderId, sku, pieces });
    }
  });
}

async function announce(
  { message, ack }: Delivery<Order>,
  { mq }: WarehousePorts,
  event: Release['event'],
): Promise<void> {
  const { type, body } = event(message.body);
  await mq.publish({ exchange: 'events', key: 'stock.reserved' }, body, { id: `reserved-${body.orderId}`, type });
  await ack();
}

async function handOver(
  delivery: Delivery<StockReserved>,
  knows: ReadonlySet<string>,
  { db }: WarehousePorts,
): Promise<void> {
  const { message, ack, nack } = delivery;
  if (!knows.has(message.type)) return ack();
  if (!isReserved(message)) return nack({ requeue: false });
  const { orderId, pieces, parcels = 1 } = message.body;
  await db.transaction(async (tx) => {
    if (!(await tx.insertIfAbsent('inbox', { messageId: message.id }))) return;
    await tx.insert('shipments', { id: `s${await tx.next('shipment')}`, orderId, pieces, parcels });
  });
  await ack();
}

export function isOrder({ parsed, body }: Message<Order>): boolean {
  return parsed && isObject(body) && isShort(body.orderId) && isShort(body.sku) && isCount(body.pieces);
}

function isReserved({ parsed, body }: Message<StockReserved>): boolean {
  return parsed && isObject(body) && isShort(body.orderId) && isCount(body.pieces) && isCount(body.parcels ?? 1);
}

/** Of a version of the schema that we know, that is: of none. */
const isObject = (body: unknown): boolean => typeof body === 'object' && body !== null && !('version' in body);
const isShort = (text: unknown): boolean => typeof text === 'string' && text.length < 200;
const isCount = (count: unknown): boolean => Number.isSafeInteger(count) && Number(count) > 0;
