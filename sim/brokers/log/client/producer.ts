/**
 * A process's producer. What it is handed goes into batches by partition; each attempt of a batch is an operation. It tries
 * again by itself, up to `retries` within `deliveryTimeoutMs`, first after 100 ms.
 *
 * Not modelled: compression, `max.block.ms` and the buffer's size, metadata that is out of date.
 */
import { EddyError } from '../../../errors.ts';
import { printName } from '../../../faults/words.ts';
import { begun, type Moment, over } from '../../../kernel/context.ts';
import type { Step } from '../../../kernel/world.ts';
import { combine, hashText } from '../../../kernel/random.ts';
import { momentOf } from '../../../services/moment.ts';
import { draftOf } from '../../draft.ts';
import type { LogClient, LogConnection } from '../connection.ts';
import { isRefused } from '../kafka-error.ts';
import { confirmed } from '../observe.ts';
import { type Partitioner, RoundRobinPartitioner, StickyPartitioner } from '../partitioner.ts';
import type { LogRuntime } from '../runtime.ts';
import { PartitionQueue, type Sending } from './accumulator.ts';
import { attempt } from './attempt.ts';
import type { Batch } from './batch.ts';
import type { ProducerConfig } from './producer-config.ts';
import { LogTransaction } from './transaction.ts';
import { TransactionalId } from './transactional.ts';

/** A record to be produced; without `partition` its key decides. */
export interface ProducedRecord {
  id?: string;
  type?: string;
  /** What decides on the partition, and what a compacted topic keeps the last record of. */
  key?: string;
  /** `null` is a tombstone: a record without a value. */
  body: unknown;
  headers?: Record<string, unknown>;
  partition?: number;
}

/** Where a record came to stand. */
export interface Placed {
  readonly partition: number;
  /** -1 with acks=0: nobody has said. */
  readonly offset: bigint;
}

export class LogProducer implements LogClient, Sending {
  readonly #queues = new Map<string, PartitionQueue>();
  readonly #partitioner: Partitioner;
  readonly transactional: TransactionalId | undefined;
  #identity: { id: number; epoch: number } | undefined;
  #transaction: LogTransaction | undefined;
  readonly #open = new Set<Promise<number>>();
  #calls = 0;
  #isClosed = false;

  constructor(
    readonly runtime: LogRuntime<string>,
    readonly connection: LogConnection,
    readonly config: ProducerConfig,
    /** Tells a process's producers apart. */
    readonly name: string,
  ) {
    connection.clients.add(this);
    const { transactionalId, client } = config;
    if (transactionalId !== undefined) this.transactional = new TransactionalId(this, transactionalId);
    const hash = hashText(`partitions of ${name}`);
    let draws = 0;
    const draw = (): number => runtime.simulation.world.random.uint32(combine(hash, draws++));
    this.#partitioner = client === 'java' ? new StickyPartitioner(draw) : new RoundRobinPartitioner(draw);
  }

  get broker(): string {
    return this.runtime.name;
  }

  get nowUs(): number {
    return this.runtime.simulation.world.nowUs;
  }

  get canSend(): boolean {
    return this.connection.isOpen && this.connection.process.alive;
  }

  get identity(): { readonly id: number; readonly epoch: number } | undefined {
    if (this.transactional) return this.transactional.who;
    if (this.config.idempotence && !this.#identity) {
      const made = this.runtime.cluster.transactions.initProducerId();
      if (!isRefused(made)) this.#identity = { id: made.producerId, epoch: made.epoch };
    }
    return this.#identity;
  }

  get serves(): boolean {
    return false;
  }

  unfinished(): readonly string[] {
    return [];
  }

  /** @throws EddyError EDDY_UNAVAILABLE, EDDY_TIMEOUT, EDDY_FENCED, EDDY_UNKNOWN_TOPIC, EDDY_MESSAGE_TOO_LARGE */
  async produce(topic: string, record: ProducedRecord): Promise<Placed> {
    if (this.transactional) throw misuse('a producer with a transactional id sends within transactions only');
    return this.hand(topic, record);
  }

  async hand(topic: string, record: ProducedRecord): Promise<Placed> {
    if (this.#isClosed) throw misuse('the producer is closed');
    if (this.transactional?.fatal) throw this.transactional.fatal;
    const { process } = this.connection;
    const moment = momentOf(process);
    const { key } = record;
    const draft = draftOf(moment, this.runtime.identify, record.body, { ...record, typeElse: topic });
    const bytes = draft.text.length + (key?.length ?? 0);
    const partition = this.#partition(topic, record, bytes);
    const queue = this.#queue(topic, partition);
    const call = ++this.#calls;
    const tombstone = record.body === null;
    try {
      const offset = await this.#waiting(moment, (stored, failed) => {
        const hear = (at: number): void => {
          confirmed(this.runtime, { process: process.label, producer: this.name }, queue, {
            draft,
            moment,
            offset: at,
          });
          stored(at);
        };
        queue.add({ draft, key, tombstone, bytes, moment, call, stored: hear, failed });
      });
      return { partition, offset: BigInt(offset) };
    } catch (error) {
      draft.failed();
      throw error;
    }
  }

  /** @throws EddyError EDDY_CONFIG while another is open; EDDY_UNAVAILABLE, EDDY_TIMEOUT, EDDY_FENCED */
  async begin(): Promise<LogTransaction> {
    const { transactional } = this;
    if (!transactional) throw misuse('a producer without a transactional id has no transactions');
    if (this.#isClosed) throw misuse('the producer is closed');
    if (transactional.fatal) throw transactional.fatal;
    const moment = momentOf(this.connection.process);
    await this.#transaction?.finish();
    const transaction = new LogTransaction(this, transactional);
    this.#transaction = transaction;
    const phrase = `begin transaction on ${printName(this.broker)}`;
    const touches = `${this.broker}:transactions:${transactional.id}`;
    try {
      await transactional.request({ phrase, moment, touches }, () => transactional.initialize());
    } catch (error) {
      this.#transaction = undefined;
      throw error;
    }
    return transaction;
  }

  /** Commits when the work resolves, aborts when it rejects. */
  async transaction<R>(work: (transaction: LogTransaction) => Promise<R>): Promise<R> {
    const transaction = await this.begin();
    let isDone = false;
    try {
      const result = await work(transaction);
      isDone = true;
      await transaction.commit();
      return result;
    } catch (error) {
      const isAbortable = !isDone || (error instanceof EddyError && error.code === 'EDDY_ABORTABLE');
      // What keeps it from being aborted now is met again when the next one begins.
      if (isAbortable) await transaction.abort().catch(() => undefined);
      throw error;
    }
  }

  flush(): void {
    for (const queue of this.#queues.values()) queue.flush();
  }

  abandon(error: Error): void {
    for (const queue of this.#queues.values()) queue.abandon(error);
  }

  attempt(queue: PartitionQueue, batch: Batch): void {
    attempt(this, queue, batch);
  }

  heldUp(): void {
    if (this.runtime.isOut) this.runtime.simulation.outageMet(this.broker);
  }

  bumpEpoch(): void {
    if (this.#identity) this.#identity = { ...this.#identity, epoch: this.#identity.epoch + 1 };
  }

  gaveUp(error: EddyError): void {
    if (error.code === 'EDDY_FENCED') this.transactional?.fence(String(error.data['kafka']));
    this.#transaction?.failed(error);
  }

  /** Code of the client runs; not while the process stands still, and never once it is dead. */
  later(us: number, run: () => void): Step {
    const { world } = this.runtime.simulation;
    const { process } = this.connection;
    return world.after(us, () => process.enter(process.work, run));
  }

  sleep(us: number): Promise<void> {
    return new Promise((resolve) => {
      this.later(us, resolve);
    });
  }

  cancel(step: Step): void {
    this.runtime.simulation.world.cancel(step);
  }

  dropped(): void {}

  back(): void {
    for (const queue of this.#queues.values()) queue.pump();
  }

  /** Settles when all that was handed over is stored or given up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.flush();
    await Promise.allSettled(this.#open);
    this.connection.clients.delete(this);
  }

  #partition(topic: string, { key, partition }: ProducedRecord, bytes: number): number {
    const found = this.runtime.cluster.topic(topic);
    const unknown = (says: string): EddyError =>
      new EddyError('EDDY_UNKNOWN_TOPIC', `UNKNOWN_TOPIC_OR_PARTITION: ${this.broker} has no ${says}`, {
        broker: this.broker,
        topic,
        kafka: 'UNKNOWN_TOPIC_OR_PARTITION',
      });
    if (!found) throw unknown(`topic ${topic}`);
    const { partitions } = found;
    if (partition !== undefined) {
      if (!partitions[partition]) throw unknown(`partition ${topic}/${partition}`);
      return partition;
    }
    const available = key === undefined ? [...partitions.keys()].filter((n) => partitions[n]?.leader) : [];
    return this.#partitioner.choose({ topic, key, partitions: partitions.length, available, bytes });
  }

  #queue(topic: string, partition: number): PartitionQueue {
    const name = `${topic}/${partition}`;
    let queue = this.#queues.get(name);
    if (!queue) {
      const maxBytes = this.runtime.cluster.topic(topic)?.maxMessageBytes ?? Infinity;
      queue = new PartitionQueue(this, topic, partition, maxBytes);
      this.#queues.set(name, queue);
    }
    return queue;
  }

  /** The call is under way until it is answered, also while no attempt is. */
  #waiting(
    moment: Moment,
    begin: (stored: (offset: number) => void, failed: (error: Error) => void) => void,
  ): Promise<number> {
    const { process } = this.connection;
    process.calls++;
    begun(moment);
    const waiting = new Promise<number>((resolve, reject) => {
      const settle = (): void => {
        process.calls--;
        over(moment);
        this.#open.delete(waiting);
      };
      begin(
        (offset) => {
          settle();
          resolve(offset);
        },
        (error) => {
          settle();
          reject(error);
        },
      );
    });
    this.#open.add(waiting);
    return waiting;
  }
}

function misuse(says: string): EddyError {
  return new EddyError('EDDY_CONFIG', `IllegalStateException: ${says}`, { kafka: 'IllegalStateException' });
}
