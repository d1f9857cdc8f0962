/** The log broker as a process sees it. */
import { Observable } from 'rxjs';
import type { ConsumerOptions } from './client/consumer-options.ts';
import type { LogDelivery } from './client/delivery.ts';
import { type Consumer, makeConsumer } from './client/handle.ts';
import { LogProducer, type Placed, type ProducedRecord } from './client/producer.ts';
import { configOf, type ProducerOptions } from './client/producer-config.ts';
import type { Transaction } from './client/transaction.ts';
import type { LogConnection } from './connection.ts';
import type { LogRuntime } from './runtime.ts';

/** A log broker as a process sees it. */
export interface LogPort<T extends string> {
  /**
   * By the process's default producer: idempotent, acks all. What it tries again by itself is stored once.
   * @throws EddyError EDDY_UNAVAILABLE: not stored; EDDY_TIMEOUT: outcome unknown, and calling again may append again;
   *   EDDY_FENCED; EDDY_UNKNOWN_TOPIC; EDDY_MESSAGE_TOO_LARGE. `data.kafka` is Kafka's name of the error.
   */
  produce(topic: T, record: ProducedRecord): Promise<Placed>;
  /** As a member of a group, one record of a partition after the other; it never completes by itself. */
  consume<B = unknown>(topics: readonly T[], o: ConsumerOptions): Observable<LogDelivery<B>>;
  /** A producer of its own. @throws EddyError EDDY_CONFIG where the client would refuse the settings */
  producer(o?: ProducerOptions): Producer<T>;
  consumer<B = unknown>(topics: readonly T[], o: ConsumerOptions): Consumer<B>;
}

/** A producer of a process; it ends with the process. */
export interface Producer<T extends string> {
  /** As `produce` of the port. */
  produce(topic: T, record: ProducedRecord): Promise<Placed>;
  /** Commits when the work resolves, aborts when it rejects, and passes the error on. */
  transaction<R>(work: (transaction: Transaction<T>) => Promise<R>): Promise<R>;
  /** One at a time; only with a `transactionalId`. @throws EddyError EDDY_CONFIG, EDDY_UNAVAILABLE, EDDY_TIMEOUT, EDDY_FENCED */
  begin(): Promise<Transaction<T>>;
  /** Settles when what was handed over has been stored or given up. */
  close(): Promise<void>;
}

export function makePort<T extends string>(runtime: LogRuntime<T>, connection: LogConnection): LogPort<T> {
  const any = runtime as LogRuntime<string>;
  let standard: LogProducer | undefined;
  return Object.freeze({
    produce: (topic: T, record: ProducedRecord) => {
      standard ??= connection.producer(configOf({}, any.profile));
      return standard.produce(topic, record);
    },
    consume: <B>(topics: readonly T[], o: ConsumerOptions) => {
      const make = (): Consumer<B> => makeConsumer<B>(any, connection, topics, o);
      // What is wrong with it is said at the call, and each subscription is a member of its own.
      make();
      return new Observable<LogDelivery<B>>((subscriber) => make().messages().subscribe(subscriber));
    },
    producer: (o: ProducerOptions = {}) => producerHandle<T>(connection.producer(configOf(o, any.profile))),
    consumer: <B>(topics: readonly T[], o: ConsumerOptions) => makeConsumer<B>(any, connection, topics, o),
  });
}

function producerHandle<T extends string>(producer: LogProducer): Producer<T> {
  return Object.freeze({
    produce: (topic: T, record: ProducedRecord) => producer.produce(topic, record),
    transaction: <R>(work: (transaction: Transaction<T>) => Promise<R>) => producer.transaction(work),
    begin: () => producer.begin(),
    close: () => producer.close(),
  });
}
