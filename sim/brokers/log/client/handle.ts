/** A consumer as its process's code has it. */
import { Observable } from 'rxjs';
import { EddyError } from '../../../errors.ts';
import { printName } from '../../../faults/words.ts';
import { momentOf } from '../../../services/moment.ts';
import { operate } from '../../../services/operation.ts';
import type { LogConnection } from '../connection.ts';
import { eddyError, isRefused, type KafkaErrorName } from '../kafka-error.ts';
import type { LogRuntime } from '../runtime.ts';
import type { PartitionOffset } from './commits.ts';
import { LogConsumer } from './consumer.ts';
import { type ConsumerOptions, settingsOf } from './consumer-options.ts';
import type { LogBatch, LogDelivery } from './delivery.ts';
import type { Pump } from './pump.ts';
import { handled, observed } from './reading.ts';

/** A partition of a topic. */
export interface PartitionOf {
  readonly topic: string;
  readonly partition: number;
}

/**
 * Who a member is, for whoever fences by it; the generation is -1 before it was assigned anything. Who was put out stays who
 * it was until it has joined anew, so that what it sends then is fenced. Source: ConsumerCoordinator.onJoinComplete.
 */
export interface GroupMetadata {
  readonly group: string;
  readonly memberId: string;
  readonly generation: number;
  readonly instanceId?: string;
}

/** Read once, in one of four ways: subscribing, or handing a handler over, joins the group. */
export interface Consumer<B = unknown> {
  /** One record of a partition after the other. Unsubscribing finishes what is in hand, and leaves the group. */
  messages(): Observable<LogDelivery<B>>;
  /** What a fetch brought of a partition, up to `maxPollRecords`. */
  batches(): Observable<LogBatch<B>>;
  /**
   * The next record of a partition comes when the handler's promise has settled; one that rejects gets its record again, after
   * 300 ms, doubling to 30 s. Commits after each record that was handled, unless `autoCommit` is false. Settles at once.
   */
  eachMessage(handler: (delivery: LogDelivery<B>) => Promise<void> | void): Promise<void>;
  /** As `eachMessage`, a batch at a time. */
  eachBatch(handler: (batch: LogBatch<B>) => Promise<void> | void): Promise<void>;
  /**
   * Commits these offsets (the next ones to read), or all positions. As Kafka does it: nobody asks whether the member has the partitions.
   * @throws EddyError EDDY_ILLEGAL_GENERATION, EDDY_UNAVAILABLE, EDDY_TIMEOUT; EDDY_LOG for a partition that is not there
   */
  commit(offsets?: readonly PartitionOffset[]): Promise<void>;
  /** @throws EddyError EDDY_NOT_ASSIGNED; EDDY_LOG (`data.kafka`: OFFSET_OUT_OF_RANGE) for an offset that is not there */
  seek(topic: string, partition: number, offset: bigint | 'earliest' | 'latest'): Promise<void>;
  /** Nothing more of these (default: of all) is handed out, until they are resumed or given up. */
  pause(partitions?: readonly PartitionOf[]): void;
  resume(partitions?: readonly PartitionOf[]): void;
  /** The next offset to hand out; undefined: not known yet. @throws EddyError EDDY_NOT_ASSIGNED */
  position(topic: string, partition: number): bigint | undefined;
  /** What the group has committed; undefined: nothing. */
  committed(topic: string, partition: number): Promise<bigint | undefined>;
  assignment(): readonly PartitionOf[];
  /** Records that are there and were not handed out, for each partition that it has. */
  lag(): readonly (PartitionOf & { readonly lag: number })[];
  readonly metadata: GroupMetadata;
  /** Finishes what is in hand, tells `onRevoked`, and leaves the group (a static member does not). */
  close(): Promise<void>;
}

/** @throws EddyError EDDY_LOG for a topic that is not there, EDDY_CONFIG for settings that no client takes */
export function makeConsumer<B>(
  runtime: LogRuntime<string>,
  connection: LogConnection,
  topics: readonly string[],
  options: ConsumerOptions,
): Consumer<B> {
  const unknown = topics.find((topic) => !runtime.cluster.topic(topic));
  if (unknown !== undefined) throw eddyError('UNKNOWN_TOPIC_OR_PARTITION', { topic: unknown });
  const consumer = new LogConsumer(runtime, connection, topics, settingsOf(options));
  return Object.freeze(new Handle<B>(consumer));
}

class Handle<B> implements Consumer<B> {
  readonly #consumer: LogConsumer;

  constructor(consumer: LogConsumer) {
    this.#consumer = consumer;
  }

  messages(): Observable<LogDelivery<B>> {
    return this.#observe<LogDelivery<B>>(false);
  }

  batches(): Observable<LogBatch<B>> {
    return this.#observe<LogBatch<B>>(true);
  }

  async eachMessage(handler: (delivery: LogDelivery<B>) => Promise<void> | void): Promise<void> {
    this.#consumer.open(handled(this.#consumer, false, handler));
  }

  async eachBatch(handler: (batch: LogBatch<B>) => Promise<void> | void): Promise<void> {
    this.#consumer.open(handled(this.#consumer, true, handler));
  }

  async commit(offsets?: readonly PartitionOffset[]): Promise<void> {
    const { holdings, commits, settings } = this.#consumer;
    const all = holdings.positions.map((one) => ({ ...one, offset: BigInt(one.offset) }));
    if (offsets === undefined && holdings.pumps.length === 0) {
      throw eddyError('UNKNOWN_MEMBER_ID', { group: settings.group, why: 'nothing is assigned' });
    }
    await commits.ofMember(offsets ?? all);
  }

  async seek(topic: string, partition: number, offset: bigint | 'earliest' | 'latest'): Promise<void> {
    const { holdings, runtime, settings, process } = this.#consumer;
    const pump = this.#pump(topic, partition);
    const of = (at: 'earliest' | 'latest'): number => {
      const found = runtime.cluster.listOffsets(topic, partition, at, settings.isolation);
      if (isRefused(found)) throw eddyError(found.error, { topic, partition });
      return found.offset;
    };
    const to = typeof offset === 'bigint' ? Number(offset) : of(offset);
    if (to < of('earliest') || to > of('latest')) {
      throw eddyError('OFFSET_OUT_OF_RANGE', { topic, partition, offset: to });
    }
    holdings.sought(pump, to, 'seek', momentOf(process).causes);
    pump.seek(to);
  }

  pause(partitions?: readonly PartitionOf[]): void {
    for (const pump of this.#pumps(partitions)) pump.isPaused = true;
  }

  resume(partitions?: readonly PartitionOf[]): void {
    for (const pump of this.#pumps(partitions)) {
      pump.isPaused = false;
      pump.goSoon();
    }
  }

  position(topic: string, partition: number): bigint | undefined {
    const { position } = this.#pump(topic, partition);
    return this.#seen(position === undefined ? undefined : BigInt(position));
  }

  committed(topic: string, partition: number): Promise<bigint | undefined> {
    const { runtime, process, groups, settings, connection } = this.#consumer;
    const says = `The broker ${runtime.name} cannot be reached`;
    const unreachable = (code: string): Error => new EddyError(code, says, { broker: runtime.name });
    return operate<bigint | undefined>(process, momentOf(process), {
      runtime,
      phrase: `offset fetch on ${printName(runtime.name)}`,
      class: 'offsets',
      touches: `${runtime.name}.${topic}/${partition}`,
      effect: (answer) => {
        const found = groups.ask(settings.group, (group) => group.fetch({ of: [{ topic, partition }] }));
        if (found.error !== undefined) answer.fail(eddyError(found.error as KafkaErrorName, { topic, partition }));
        else {
          const offset = found.offsets[0]?.offset ?? -1;
          answer.ok(this.#seen(offset < 0 ? undefined : BigInt(offset)));
        }
      },
      refused: () => unreachable('EDDY_UNAVAILABLE'),
      unknown: () => unreachable('EDDY_TIMEOUT'),
      isLostOnWay: () => connection.isHalfOpen,
      halfOpens: true,
    });
  }

  assignment(): readonly PartitionOf[] {
    const { pumps } = this.#consumer.holdings;
    return this.#seen(pumps.map(({ ownership: { topic, partition } }) => ({ topic, partition })));
  }

  lag(): readonly (PartitionOf & { readonly lag: number })[] {
    const { holdings, runtime, settings } = this.#consumer;
    const found = holdings.positions.map(({ topic, partition, offset }) => {
      const end = runtime.cluster.listOffsets(topic, partition, 'latest', settings.isolation);
      return { topic, partition, lag: isRefused(end) ? 0 : Math.max(0, end.offset - offset) };
    });
    return this.#seen(found);
  }

  get metadata(): GroupMetadata {
    const { last, settings } = this.#consumer.membership;
    const { memberId, generation } = last;
    const { group, instanceId } = settings;
    return Object.freeze({ group, memberId, generation, ...(instanceId === undefined ? {} : { instanceId }) });
  }

  close(): Promise<void> {
    const { process } = this.#consumer;
    const moment = momentOf(process);
    return new Promise((resolve) => this.#consumer.close(() => process.enter(moment, resolve)));
  }

  #observe<T>(isBatched: boolean): Observable<T> {
    const consumer = this.#consumer;
    return new Observable<T>((subscriber) => {
      if (consumer.settings.autoCommit === true) consumer.commitAtPolls();
      consumer.open(observed(subscriber as never, isBatched));
      return () => consumer.close(() => {});
    });
  }

  #pumps(partitions?: readonly PartitionOf[]): readonly Pump[] {
    return partitions?.map(({ topic, partition }) => this.#pump(topic, partition)) ?? this.#consumer.holdings.pumps;
  }

  #pump(topic: string, partition: number): Pump {
    const pump = this.#consumer.holdings.pump(topic, partition);
    if (pump) return pump;
    const says = `The consumer has no current assignment for partition ${topic}/${partition}`;
    throw new EddyError('EDDY_NOT_ASSIGNED', says, { topic, partition, kafka: 'IllegalStateException' });
  }

  /** Who polls is told apart by what it reads. */
  #seen<T>(value: T): T {
    const { world, history } = this.#consumer.runtime.simulation;
    if (world.chain) world.read(history.hashes.of(value));
    return value;
  }
}
