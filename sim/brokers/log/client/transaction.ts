/**
 * A transaction of a producer: records in several partitions, and offsets of a group, that readers of committed records see
 * all or none of.
 */
import { EddyError } from '../../../errors.ts';
import { printName } from '../../../faults/words.ts';
import type { Moment } from '../../../kernel/context.ts';
import { momentOf } from '../../../services/moment.ts';
import { type Refused, refused } from '../kafka-error.ts';
import type { Outcome } from '../transactional.ts';
import type { GroupMetadata } from './handle.ts';
import type { LogProducer, Placed, ProducedRecord } from './producer.ts';
import type { TransactionalId } from './transactional.ts';

/** Where a group's reading of a partition is to go on: at this offset, or, of a delivery, which can commit, behind it. */
export interface SentPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  commit?(): Promise<void>;
}

/** Deliveries that are done with, or places by hand. */
export type SentOffsets = SentPlace | readonly SentPlace[];

/** A consumer, or who it is to its group. */
export type SentFor = (Partial<GroupMetadata> & { readonly group: string }) | { readonly metadata: GroupMetadata };

/** What can be done within a transaction of a producer. */
export interface Transaction<T extends string = string> {
  /** As `produce` of the port. After an error the transaction can only be aborted: EDDY_ABORTABLE. */
  produce(topic: T, record: ProducedRecord): Promise<Placed>;
  /**
   * Offsets that are committed when the transaction is. A delivery, alone or among others, stands for the offset behind it. What is sent for a group
   * without a member is not fenced by generation, as kafkajs does it.
   * @throws EddyError EDDY_ILLEGAL_GENERATION when the member is no longer one; the transaction can only be aborted then
   */
  sendOffsets(offsets: SentOffsets, group: SentFor): Promise<void>;
  /**
   * Settles when the end is decided. @throws EddyError EDDY_ABORTABLE: nothing is committed, abort it; EDDY_FENCED;
   * EDDY_TIMEOUT: it may be committed or not, and can be asked for again
   */
  commit(): Promise<void>;
  abort(): Promise<void>;
}

export class LogTransaction implements Transaction {
  /** What went wrong in it. */
  #error: EddyError | undefined;
  /** The coordinator may know of it. */
  #isStarted = false;
  #state: 'open' | 'committing' | 'aborting' | 'ended' = 'open';
  readonly #open = new Set<Promise<unknown>>();

  constructor(
    readonly producer: LogProducer,
    readonly identity: TransactionalId,
  ) {}

  get hasEnded(): boolean {
    return this.#state === 'ended';
  }

  /** Ends it as was asked before, if nobody knows yet whether it was. @throws EddyError EDDY_CONFIG when it is in use */
  async finish(): Promise<void> {
    if (this.#state === 'committing') await this.commit();
    else if (this.#state === 'aborting') await this.abort();
    else if (this.#state === 'open')
      throw new EddyError('EDDY_CONFIG', 'INVALID_TXN_STATE: a transaction is open already');
  }

  failed(error: EddyError): void {
    this.#error ??= error;
  }

  produce(topic: string, record: ProducedRecord): Promise<Placed> {
    return this.#within(() => this.producer.hand(topic, record));
  }

  sendOffsets(offsets: SentOffsets, of: SentFor): Promise<void> {
    const group = 'metadata' in of ? of.metadata : of;
    // A consumer that is out of its group is not taken for somebody without one, who would not be fenced.
    const isOut = 'metadata' in of && of.metadata.memberId === '';
    const moment = momentOf(this.producer.connection.process);
    return this.#within(async () => {
      try {
        await this.#request('send offsets', moment, () =>
          isOut ? refused('UNKNOWN_MEMBER_ID') : this.#send(placesOf(offsets), group, moment),
        );
      } catch (error) {
        if (error instanceof EddyError) this.failed(error);
        throw error;
      }
    });
  }

  async commit(): Promise<void> {
    this.#check('commit');
    const moment = momentOf(this.producer.connection.process);
    this.#state = 'committing';
    this.producer.flush();
    await Promise.allSettled(this.#open);
    if (this.#error) {
      this.#state = 'open';
      throw this.#abortable();
    }
    await this.#end('commit', moment);
  }

  async abort(): Promise<void> {
    this.#check('abort');
    const moment = momentOf(this.producer.connection.process);
    this.#state = 'aborting';
    this.producer.abandon(this.#abortable());
    await Promise.allSettled(this.#open);
    await this.#end('abort', moment);
  }

  async #end(outcome: Outcome, moment: Moment): Promise<void> {
    const { identity } = this;
    const { runtime, connection } = this.producer;
    const asking = identity.asking;
    const by = { process: connection.process.label, causes: moment.causes };
    const unchanged = { producerId: asking.producerId, epoch: asking.epoch };
    const who = await this.#request(outcome, moment, () => {
      // Of what nothing was done the coordinator has not heard.
      if (!this.#isStarted) return unchanged;
      const ended = runtime.transactions.by(by, () => runtime.cluster.transactions.endTxn(asking, outcome));
      // Nor of what was tried and never came to it: there is nothing to abort.
      const isUnknown = 'error' in ended && ended.error === 'INVALID_TXN_STATE';
      return outcome === 'abort' && isUnknown ? unchanged : ended;
    });
    identity.needsEpoch = this.#error !== undefined && who.epoch === asking.epoch;
    identity.become(who);
    this.#state = 'ended';
  }

  #send(
    offsets: readonly Offset[],
    group: Partial<GroupMetadata> & { readonly group: string },
    moment: Moment,
  ): Refused | object {
    const { runtime, connection } = this.producer;
    const { asking } = this.identity;
    const { memberId, generation, instanceId } = group;
    const { transactions } = runtime.cluster;
    const by = { process: connection.process.label, causes: moment.causes };
    return runtime.transactions.by(by, () => {
      const added = transactions.addOffsetsToTxn(asking, group.group);
      if ('error' in added) return added;
      const sent = transactions.txnOffsetCommit(asking, group.group, {
        offsets,
        ...(memberId === undefined ? {} : { memberId }),
        ...(generation === undefined ? {} : { generation }),
        ...(instanceId === undefined ? {} : { instanceId }),
      });
      const who = {
        ...(memberId !== undefined && { member: memberId }),
        ...(generation !== undefined && { generation }),
      };
      if (!('error' in sent)) runtime.transactions.sent(asking.producerId, { ...by, ...who });
      return sent;
    });
  }

  #request<R extends object>(what: string, moment: Moment, ask: () => R | Refused): Promise<R> {
    const { broker } = this.producer;
    const phrase = what === 'send offsets' ? what : `${what} transaction`;
    return this.identity.request(
      { phrase: `${phrase} on ${printName(broker)}`, moment, touches: `${broker}:transactions:${this.identity.id}` },
      ask,
    );
  }

  /** Work that has to be over before the transaction can end. */
  #within<R>(work: () => Promise<R>): Promise<R> {
    const running = (async () => {
      this.#check('use');
      if (this.#error) throw this.#abortable();
      this.#isStarted = true;
      return await work();
    })();
    this.#open.add(running);
    const over = (): void => void this.#open.delete(running);
    running.then(over, over);
    return running;
  }

  #check(what: 'use' | 'commit' | 'abort'): void {
    if (this.identity.fatal) throw this.identity.fatal;
    const isAgain = what === 'commit' && this.#state === 'committing';
    if (this.#state === 'open' || isAgain || (what === 'abort' && this.#state === 'aborting')) return;
    const is = this.#state === 'ended' ? 'has ended' : `is ${this.#state}`;
    throw new EddyError('EDDY_CONFIG', `INVALID_TXN_STATE: the transaction ${is}; it cannot be used for this`, {
      kafka: 'INVALID_TXN_STATE',
    });
  }

  #abortable(): EddyError {
    const because = this.#error ? `: ${this.#error.message}` : '';
    return new EddyError('EDDY_ABORTABLE', `TRANSACTION_ABORTABLE: the transaction can only be aborted${because}`, {
      kafka: 'TRANSACTION_ABORTABLE',
      ...(this.#error && { cause: this.#error.code }),
    });
  }
}

interface Offset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

function placesOf(offsets: SentOffsets): readonly Offset[] {
  const all = 'topic' in offsets ? [offsets] : offsets;
  return all.map(({ topic, partition, offset, commit }) => ({
    topic,
    partition,
    offset: Number(offset) + (commit ? 1 : 0),
  }));
}
