/**
 * Brings back what was parked, once it has rested, and each order once: what still cannot be read is buried. A queue has let it go: it is
 * published again, to the queue of who parked it. The log has it still: it is read again from its offset, and by nobody else.
 */
import { concatMap, filter, firstValueFrom, timer } from 'rxjs';
import { type Consumer, type Delivery, type LogDelivery, type Message, type Ports, service } from '../../index.ts';
import { isStopped, untilDone } from './life.ts';
import { db, isOrder, log, mq, type Order, REST_MS } from './system.ts';

/** Where it is published again. */
export type Back = (message: Message<Order>) => { readonly exchange?: string; readonly key: string };

const toWhoParkedIt: Back = () => ({ key: 'shipping' });

export function redriveByQueue(back: Back = toWhoParkedIt) {
  return service('redrive-by-queue', { mq }, ({ mq }, life) => {
    const bringBack = async ({ message, ack, nack }: Delivery<Order>): Promise<void> => {
      const { id, type, headers, parsed, body } = message;
      if (headers['redriven'] === true) return nack({ requeue: false });
      const asItWas = parsed ? body : new TextEncoder().encode(String(body));
      await mq.publish(back(message), asItWas, { id, type, headers: { ...headers, redriven: true } });
      await ack();
    };
    const take = (delivery: Delivery<Order>): Promise<void> => bringBack(delivery).catch(() => tryAgain(delivery));
    mq.consume<Order>('shipping.redrive').pipe(concatMap(take), isStopped(life)).subscribe();
  });
}

async function tryAgain({ nack }: Delivery<Order>): Promise<void> {
  await firstValueFrom(timer(300));
  await nack().catch(() => {});
}

const logUses = { log, db };
type LogPorts = Ports<typeof logUses>;

export const redriveByLog = service('redrive-by-log', logUses, (ports, life) => {
  const bringBack = async ({ message, commit }: LogDelivery<unknown>): Promise<void> => {
    await firstValueFrom(timer(REST_MS));
    const order = await readAgain(message, ports);
    await untilDone(() => (isOrder(order.body) ? shipParked(order, ports) : bury(order, ports)));
    await commit().catch(() => {});
  };
  ports.log.consume(['parked'], { group: 'redrive' }).pipe(concatMap(bringBack), isStopped(life)).subscribe();
});

async function readAgain({ id, headers }: Message, { log }: LogPorts): Promise<Message<Order>> {
  const partition = Number(headers['partition']);
  const offset = BigInt(String(headers['offset']));
  const consumer: Consumer<Order> = log.consumer<Order>(['orders'], {
    group: `replay-${id}`,
    onAssigned: () => consumer.seek('orders', partition, offset),
  });
  const isMeant = (record: LogDelivery<Order>): boolean => record.partition === partition && record.offset === offset;
  const { message } = await firstValueFrom(consumer.messages().pipe(filter(isMeant)));
  await consumer.close();
  return message;
}

/** Who was killed while he parked it may have shipped it since. */
function shipParked({ id, body }: Message<Order>, { db }: LogPorts): Promise<void> {
  const { orderId, customer } = body;
  const place = `log ${id}`;
  return db.transaction(async (tx) => {
    await tx.insertIfAbsent('handled', { place, how: 'parked' });
    const [handled] = await tx.scan('handled', { where: (row) => row.place === place, forUpdate: 'wait' });
    if (handled?.how !== 'parked') return;
    await tx.put('handled', { place, how: 'redriven' });
    await tx.insert('shipments', {
      id: `s${await tx.next('shipment')}`,
      via: 'log',
      orderId,
      customer,
      how: 'redriven',
    });
  });
}

async function bury({ id, body }: Message<Order>, { log }: LogPorts): Promise<void> {
  await log.produce('buried', { id, type: 'OrderBuried', body });
}
