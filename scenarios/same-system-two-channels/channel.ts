/**
 * The port that the system is written against: orders come one at a time, each with a way to say that it is done, or that it
 * can never be.
 */
import { concatMap, type Observable } from 'rxjs';
import type { Delivery, LogDelivery, Ports } from '../../index.ts';
import { untilDone } from './life.ts';
import { type ChannelName, type db, log, mq, type Order } from './system.ts';

/** Who reads: the workers that share the work of shipping, or statistics, which come late. */
export type Reader = 'shipping' | 'statistics';

export interface Incoming {
  readonly id: string;
  readonly body: unknown;
  done(): Promise<void>;
  refuse(): Promise<void>;
}

export interface Channel {
  /** From now on what comes is kept for this reader, too. */
  join(reader: 'statistics'): Promise<void>;
  read(reader: Reader, handle: (incoming: Incoming) => Promise<void>): Observable<void>;
}

export const brokers = { mq, log };
export type SystemPorts = Ports<typeof brokers & { db: typeof db }>;

export interface Over {
  readonly name: ChannelName;
  open(ports: SystemPorts): Channel;
}

/** Competing consumers: whoever has room gets the next one; acknowledged, it is gone. Another kind of reader has another queue. */
export const overQueue: Over = {
  name: 'queue',
  open: ({ mq }) => ({
    join: async (queue) => {
      await mq.declareQueue(queue);
      await mq.bindQueue(queue, { exchange: 'orders' });
    },
    read: (queue, handle) => mq.consume<Order>(queue).pipe(concatMap((delivery) => handle(queued(delivery)))),
  }),
};

function queued({ message: { id, body }, ack, nack }: Delivery<Order>): Incoming {
  return { id, body, done: ack, refuse: () => nack({ requeue: false }) };
}

/** A group: each partition has one reader, who goes through it in order; it stays for other groups, and for later. */
export const overLog: Over = {
  name: 'log',
  open: (ports) => ({
    join: async () => {},
    read: (group, handle) =>
      ports.log.consume<Order>(['orders'], { group }).pipe(concatMap((record) => handle(logged(record, ports)))),
  }),
};

function logged(record: LogDelivery<Order>, ports: SystemPorts): Incoming {
  const { id, body } = record.message;
  const refuse = async (): Promise<void> => {
    await untilDone(() => park(record, ports));
    await record.commit();
  };
  return { id, body, done: () => record.commit(), refuse };
}

/** Handled, like an order that was shipped: another copy of it, that can be read, is not to be shipped out of its turn. */
function park({ message, partition, offset }: LogDelivery<Order>, { log, db }: SystemPorts): Promise<void> {
  const { id } = message;
  return db.transaction(async (tx) => {
    if (!(await tx.insertIfAbsent('handled', { place: `log ${id}`, how: 'parked' }))) return;
    const headers = { partition, offset: String(offset) };
    await log.produce('parked', { id, type: 'OrderParked', headers, body: {} });
  });
}
