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
  read(reader: Reader, handle: (incoming: Incoming) => Promise<void>): Observable<void>;
}

export const brokers = { mq, log };
type BrokerPorts = Ports<typeof brokers>;
export type SystemPorts = Ports<typeof brokers & { db: typeof db }>;

export interface Over {
  readonly name: ChannelName;
  open(ports: BrokerPorts): Channel;
}

/** Competing consumers: whoever has room gets the next one; acknowledged, it is gone. */
export const overQueue: Over = {
  name: 'queue',
  open: ({ mq }) => ({
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
    read: (group, handle) =>
      ports.log.consume<Order>(['orders'], { group }).pipe(concatMap((record) => handle(logged(record, ports)))),
  }),
};

function logged(record: LogDelivery<Order>, { log }: BrokerPorts): Incoming {
  const { id, body } = record.message;
  const refuse = async (): Promise<void> => {
    await untilDone(() => log.produce('dead', { id, type: 'OrderRefused', body }));
    await record.commit();
  };
  return { id, body, done: () => record.commit(), refuse };
}
