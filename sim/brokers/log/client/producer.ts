/**
 * A process's producer. What it is handed goes into batches by partition; each attempt of a batch is an operation. It tries
 * again by itself, up to `retries` within `deliveryTimeoutMs`, first after 100 ms.
 *
 * Not modelled: compression, `max.block.ms` and the buffer's size, metadata that is out of date.
 */
import { EddyError } from '../../../errors.ts';
import { begun, type Moment, over } from '../../../kernel/context.ts';
import type { Step } from '../../../kernel/world.ts';
import { hashText } from '../../../kernel/random.ts';
import { momentOf } from '../../../services/moment.ts';
import { draftOf } from '../../draft.ts';
import type { LogClient, LogConnection } from '../connection.ts';
import { confirmed } from '../observe.ts';
import type { LogRuntime } from '../runtime.ts';
import { PartitionQueue, type Sending } from './accumulator.ts';
import { attempt } from './attempt.ts';
import type { Batch } from './batch.ts';
import type { ProducerConfig } from './producer-config.ts';

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

export interface Placed {
  readonly partition: number;
  /** -1 with acks=0: nobody has said. */
  readonly offset: bigint;
}

export class LogProducer implements LogClient, Sending {
  readonly #queues = new Map<string, PartitionQueue>();
  #identity: { id: number; epoch: number } | undefined;
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
    if (this.config.idempotence) this.#identity ??= { id: this.runtime.newProducerId(), epoch: 0 };
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
    if (this.#isClosed) throw new EddyError('EDDY_CONFIG', 'The producer is closed (IllegalStateException)', {});
    const { process } = this.connection;
    const moment = momentOf(process);
    const { key } = record;
    const draft = draftOf(moment, this.runtime.identify, record.body, { ...record, typeElse: topic });
    const partition = this.#partition(topic, record);
    const queue = this.#queue(topic, partition);
    const call = ++this.#calls;
    try {
      const offset = await this.#waiting(moment, (stored, failed) =>
        queue.add({
          draft,
          key,
          tombstone: record.body === null,
          bytes: draft.text.length + (key?.length ?? 0),
          moment,
          call,
          stored: (at) => {
            confirmed(this, queue, { draft, moment, offset: at });
            stored(at);
          },
          failed,
        }),
      );
      return { partition, offset: BigInt(offset) };
    } catch (error) {
      draft.failed();
      throw error;
    }
  }

  attempt(queue: PartitionQueue, batch: Batch): void {
    attempt(this, queue, batch);
  }

  bumpEpoch(): void {
    if (this.#identity) this.#identity = { ...this.#identity, epoch: this.#identity.epoch + 1 };
  }

  gaveUp(_batch: Batch, _error: Error): void {}

  /** Code of the client runs; not while the process stands still, and never once it is dead. */
  later(us: number, run: () => void): Step {
    const { world } = this.runtime.simulation;
    const { process } = this.connection;
    return world.after(us, () => process.enter(process.work, run));
  }

  cancel(step: Step): void {
    this.runtime.simulation.world.cancel(step);
  }

  dropped(): void {}

  back(): void {
    for (const queue of this.#queues.values()) queue.pump();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.connection.clients.delete(this);
    return Promise.resolve();
  }

  #partition(topic: string, { key = '', partition }: ProducedRecord): number {
    const found = this.runtime.cluster.topic(topic);
    if (!found) {
      const data = { broker: this.broker, topic, kafka: 'UNKNOWN_TOPIC_OR_PARTITION' };
      throw new EddyError(
        'EDDY_UNKNOWN_TOPIC',
        `UNKNOWN_TOPIC_OR_PARTITION: ${this.broker} has no topic ${topic}`,
        data,
      );
    }
    return partition ?? hashText(key) % found.partitions.length;
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
    return new Promise<number>((resolve, reject) => {
      const settle = (): void => {
        process.calls--;
        over(moment);
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
  }
}
