/** A record in a consumer's hands: the moment that its handling is, and its commit. */
import type { Moment } from '../../../kernel/context.ts';
import type { Handed } from '../../handing.ts';
import type { Message } from '../../message.ts';
import { handOutRecord } from '../hand-out.ts';
import type { LogRecord } from '../record.ts';
import type { LogConsumer } from './consumer.ts';
import type { InHand } from './hands.ts';
import type { Pump } from './pump.ts';

/** A record as a consumer is handed it, with its place in the log. */
export interface LogDelivery<B> {
  readonly message: Message<B>;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /**
   * Commits the offset behind this one for its partition.
   * @throws EddyError EDDY_ILLEGAL_GENERATION: the partition is no longer the member's, and nothing has changed;
   *   EDDY_UNAVAILABLE: not committed; EDDY_TIMEOUT: outcome unknown
   */
  commit(): Promise<void>;
}

export class LiveRecord implements InHand {
  readonly handle: LogDelivery<unknown>;
  readonly handed: Handed;
  isRead = false;
  isCommitted = false;
  isHandled: boolean | undefined;
  /** What it was handed out as: by itself, or in a batch. */
  part: InHand = this;

  constructor(
    readonly consumer: LogConsumer,
    readonly pump: Pump,
    readonly record: LogRecord,
  ) {
    const { runtime, connection, membership } = consumer;
    const { process } = connection;
    const { topic, partition } = pump.ownership;
    const { memberId: member, generation, group } = membership;
    const { offset } = record;
    const by = { group, generation, member };
    this.handed = handOutRecord(runtime, process, { topic, partition, record, by });
    const read = <T>(take: () => T): T => {
      this.isRead = true;
      return take();
    };
    const take = (): Message => read(() => this.handed.copy.take());
    this.handle = {
      get message() {
        return take();
      },
      topic,
      partition,
      get offset() {
        return read(() => BigInt(offset));
      },
      commit: () => consumer.commits.ofDelivery(this),
    };
  }

  get moments(): readonly Moment[] {
    return [this.handed.moment];
  }

  /** Its own commit was taken. */
  committed(): void {
    const { handed, record, consumer, pump } = this;
    const { runtime, connection, membership } = consumer;
    const { topic, partition } = pump.ownership;
    const { lineage } = record.envelope;
    const { label } = connection.process;
    const { moment, message } = handed;
    moment.open = false;
    if (handed.copy.hasChanged) runtime.note(label, 'mutated', topic, message, { lineage }, [record.envelope.entry]);
    const about = { lineage, partition, offset: record.offset, group: membership.group };
    runtime.note(label, 'acked', topic, message, about, moment.causes);
    runtime.simulation.world.changed();
  }
}

/** Records of one partition that are handed out together. */
export interface LogBatch<B> {
  readonly topic: string;
  readonly partition: number;
  readonly deliveries: readonly LogDelivery<B>[];
  /** As the commit of one of them, else of the last. */
  commit(upTo?: LogDelivery<B>): Promise<void>;
}

export class LiveBatch implements InHand {
  readonly handle: LogBatch<unknown>;
  isHandled: boolean | undefined;

  constructor(
    readonly pump: Pump,
    readonly records: readonly LiveRecord[],
  ) {
    const { topic, partition } = pump.ownership;
    for (const record of records) record.part = this;
    const deliveries = records.map(({ handle }) => handle);
    const commit = async (upTo = deliveries.at(-1)): Promise<void> => upTo?.commit();
    this.handle = { topic, partition, deliveries, commit };
  }

  get moments(): readonly Moment[] {
    return this.records.map(({ handed }) => handed.moment);
  }

  get isRead(): boolean {
    return this.records.some(({ isRead }) => isRead);
  }

  get isCommitted(): boolean {
    return this.records.at(-1)?.isCommitted === true;
  }
}
