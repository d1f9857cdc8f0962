/**
 * What a producer has for one partition: records that wait for a batch, batches that wait for their first or next attempt,
 * batches that are on their way.
 *
 * Java's client tries failed batches again before it sends new ones, an idempotent one in the order of their sequences; so
 * a batch that another one overtook comes behind it only if nobody numbered them. kafkajs tries each call again by itself.
 * Sources: RecordAccumulator.java, Sender.java, TransactionManager.java; kafkajs, sendMessages.js.
 */
import type { EddyError } from '../../../errors.ts';
import type { Step } from '../../../kernel/world.ts';
import { sequenceAfter } from '../record.ts';
import { type AttemptFailure, produceError } from './failure.ts';
import { Batch, type Handed } from './batch.ts';
import { Lane } from '../../../services/lane.ts';
import type { ProducerConfig } from './producer-config.ts';

/** Java's `batch.size`, in bytes. */
const BATCH_BYTES = 16_384;

/** The producer, as its partitions see it. */
export interface Sending {
  readonly config: ProducerConfig;
  readonly nowUs: number;
  /** Whether requests can be sent at the moment. */
  readonly canSend: boolean;
  readonly identity: { readonly id: number; readonly epoch: number } | undefined;
  readonly broker: string;
  attempt(queue: PartitionQueue, batch: Batch): void;
  /** A batch could not be sent when it was ready. */
  heldUp(): void;
  /** Records of the old epoch that may still be on their way are turned away from here on. */
  bumpEpoch(): void;
  later(us: number, run: () => void): Step;
  cancel(step: Step): void;
  /** A batch was given up. */
  gaveUp(error: EddyError): void;
}

export class PartitionQueue {
  readonly lane = new Lane();
  #open: Batch | undefined;
  readonly #ready: Batch[] = [];
  /** Sent and neither stored nor given up, in the order of their first attempts. */
  readonly #onWay: Batch[] = [];
  /** Of those, the ones that wait for another attempt; the next one first. */
  readonly #retries: Batch[] = [];
  /** Batches that were sent, ever. */
  #sent = 0;
  #epoch = -1;
  #nextSequence = 0;
  /** The sequence behind the last record that is known to be stored. */
  #storedTo = 0;
  /** Behind the last batch of which it is not known whether it is stored, and never will be. */
  #gapEnd: number | undefined;
  #numberAnew = false;
  /** The partition has stored a batch of the producer. */
  #isKnown = false;

  constructor(
    readonly sending: Sending,
    readonly topic: string,
    readonly partition: number,
    readonly maxBytes: number,
  ) {}

  add(handed: Handed): void {
    const { config, nowUs } = this.sending;
    if (this.#open && this.#open.bytes + handed.bytes > Math.min(BATCH_BYTES, this.maxBytes)) this.#close();
    const batch = (this.#open ??= new Batch(nowUs));
    batch.add(handed);
    if (batch.count >= config.batchRecords) this.#close();
    else if (batch.count === 1 && config.lingerUs > 0) this.sending.later(config.lingerUs, () => this.pump());
    this.pump();
    if (!this.sending.canSend) this.sending.heldUp();
    if (batch.attempts === 0) this.#watch(batch);
  }

  /** Waits for no more records. */
  flush(): void {
    this.#close();
    this.pump();
  }

  /** What was never sent never will be. */
  abandon(error: Error): void {
    this.#close();
    for (const batch of this.#ready.splice(0)) {
      this.#leave(batch);
      batch.failed(error);
    }
  }

  #close(): void {
    if (this.#open) this.#ready.push(this.#open);
    this.#open = undefined;
  }

  /** Sends what can be sent now. */
  pump(): void {
    while (this.sending.canSend) {
      const batch = this.#next();
      if (!batch) return;
      batch.attempts++;
      batch.isUnderWay = true;
      this.sending.attempt(this, batch);
    }
  }

  #next(): Batch | undefined {
    const { config, nowUs } = this.sending;
    if (this.#onWay.filter((batch) => batch.isUnderWay).length >= config.maxInFlight) return undefined;
    if (config.client === 'kafkajs' && !config.idempotence) {
      const due = this.#retries.findIndex((batch) => batch.notBeforeUs <= nowUs);
      return due >= 0 ? this.#retries.splice(due, 1)[0] : this.#first();
    }
    if (this.#numberAnew && !this.#renumber()) return undefined;
    const [retry] = this.#retries;
    if (!retry) return this.#first();
    // One whose number is not the first waits for those before it.
    if (retry.notBeforeUs > nowUs || (retry.sequence && retry !== this.#onWay[0])) return undefined;
    return this.#retries.shift();
  }

  /** The next batch that was never sent. */
  #first(): Batch | undefined {
    const { config, nowUs, identity } = this.sending;
    // Answers come in the order of the requests: one that stays away keeps those behind it from being followed by more.
    const oldest = this.#onWay[0];
    if (oldest && this.#sent - oldest.nth >= config.maxInFlight) return undefined;
    if (this.#open && nowUs >= this.#open.createdUs + config.lingerUs && this.#ready.length === 0) this.#close();
    const [batch] = this.#ready;
    if (!batch) return undefined;
    if (identity) {
      // Brokers take any number first from a producer that they do not know: another batch could overtake for good.
      if (!this.#isKnown && this.#onWay.length > 0) return undefined;
      if (this.#gapEnd !== undefined || this.#epoch !== identity.epoch) {
        if (this.#onWay.length > 0) return undefined;
        this.#beginEpoch(identity.epoch);
      }
      batch.sequence = { ...identity, first: this.#nextSequence };
      this.#nextSequence = sequenceAfter(this.#nextSequence, batch.count);
    }
    batch.nth = this.#sent++;
    this.#onWay.push(batch);
    return this.#ready.shift();
  }

  #beginEpoch(epoch: number): void {
    this.#epoch = epoch;
    this.#nextSequence = 0;
    this.#storedTo = 0;
    this.#gapEnd = undefined;
  }

  /** The broker misses a batch that will not come: those behind it are numbered from 0, in a new epoch. */
  #renumber(): boolean {
    if (this.#onWay.some((batch) => batch.isUnderWay)) return false;
    this.#numberAnew = false;
    // By a new number nobody would know again what may be stored already.
    for (const batch of this.#onWay.filter(({ mayBeStored }) => mayBeStored)) this.#giveUp(batch);
    this.sending.bumpEpoch();
    const { identity } = this.sending;
    if (!identity) return true;
    this.#beginEpoch(identity.epoch);
    for (const batch of this.#onWay) {
      batch.sequence = { ...identity, first: this.#nextSequence };
      this.#nextSequence = sequenceAfter(this.#nextSequence, batch.count);
    }
    return true;
  }

  stored(batch: Batch, baseOffset: number): void {
    this.#leave(batch);
    this.#isKnown = true;
    const { sequence } = batch;
    // Answers may come out of order.
    if (sequence?.epoch === this.#epoch) this.#storedTo = Math.max(this.#storedTo, sequence.first + batch.count);
    batch.stored(baseOffset);
    this.#goOn();
  }

  /** An attempt has failed. */
  failed(batch: Batch, failure: AttemptFailure): void {
    const { config, nowUs } = this.sending;
    batch.isUnderWay = false;
    batch.mayBeStored ||= failure.mayBeStored;
    batch.lastError = failure.kafka;
    if (batch.isDone) this.#leave(batch);
    else if (this.#isWorthTrying(batch, failure) && batch.attempts <= config.retries) {
      batch.notBeforeUs = nowUs + this.#backoffUs(batch);
      this.#queueRetry(batch);
      this.#watch(batch);
      this.sending.later(batch.notBeforeUs - nowUs, () => this.pump());
    } else this.#giveUp(batch);
    this.#goOn();
  }

  #isWorthTrying(batch: Batch, failure: AttemptFailure): boolean {
    const isUnknown = failure.kafka === 'UNKNOWN_PRODUCER_ID';
    if (failure.kafka !== 'OUT_OF_ORDER_SEQUENCE_NUMBER' && !isUnknown) return failure.isRetriable;
    const first = batch.sequence?.first;
    const isGap = isUnknown || first === (this.#gapEnd ?? this.#storedTo);
    // A transaction with a gap can only be aborted.
    if (isGap && this.sending.config.transactionalId !== undefined) return false;
    this.#numberAnew ||= isGap;
    // Had it been stored before, it would have been told apart.
    batch.mayBeStored = false;
    return true;
  }

  #backoffUs(batch: Batch): number {
    const { backoffUs, backoffMaxUs } = this.sending.config;
    batch.backoffUs = batch.backoffUs === 0 ? backoffUs : Math.min(batch.backoffUs * 2, backoffMaxUs);
    return batch.backoffUs;
  }

  #queueRetry(batch: Batch): void {
    const { sequence } = batch;
    // What nobody numbered goes to the front, so that of two that failed the later one is tried first.
    const at = sequence
      ? this.#retries.findIndex((other) => this.#onWay.indexOf(other) > this.#onWay.indexOf(batch))
      : 0;
    this.#retries.splice(at < 0 ? this.#retries.length : at, 0, batch);
  }

  /** Gives the batch up when its time is over. */
  #watch(batch: Batch): void {
    if (batch.deadline) return;
    const { sending } = this;
    const leftUs = batch.createdUs + sending.config.deliveryTimeoutUs - sending.nowUs;
    batch.deadline = sending.later(leftUs, () => {
      if (batch.isDone) return;
      if (batch === this.#open) this.#open = undefined;
      batch.mayBeStored ||= batch.isUnderWay;
      this.#giveUp(batch);
      this.#goOn();
    });
  }

  #giveUp(batch: Batch): void {
    const { topic, partition, sending } = this;
    if (batch.sequence) this.#gapEnd = sequenceAfter(batch.sequence.first, batch.count);
    const { lastError: kafka, mayBeStored } = batch;
    const error = produceError({ broker: sending.broker, topic, partition, kafka, mayBeStored });
    sending.gaveUp(error);
    batch.failed(error);
    // An attempt that is still on its way keeps its place until it has ended.
    if (!batch.isUnderWay) this.#leave(batch);
  }

  #leave(batch: Batch): void {
    batch.isUnderWay = false;
    for (const list of [this.#onWay, this.#retries, this.#ready]) {
      const at = list.indexOf(batch);
      if (at >= 0) list.splice(at, 1);
    }
    if (batch.deadline) this.sending.cancel(batch.deadline);
  }

  #goOn(): void {
    // Nothing is on its way any more, and what was given up is missing: the next batch begins a new epoch.
    if (this.#gapEnd !== undefined && this.#onWay.length === 0) {
      if (this.#storedTo !== this.#nextSequence) this.sending.bumpEpoch();
      this.#gapEnd = undefined;
    }
    this.pump();
  }
}
