/** Records that a producer sends to one partition in one request. */
import type { Moment } from '../../../kernel/context.ts';
import type { Step } from '../../../kernel/world.ts';
import type { Draft } from '../../draft.ts';

/** A record that was handed to the producer, and who waits for it. */
export interface Handed {
  readonly draft: Draft;
  readonly key: string | undefined;
  readonly tombstone: boolean;
  readonly bytes: number;
  readonly moment: Moment;
  /** Which of the producer's calls it is: the order in which they were made. */
  readonly call: number;
  stored(offset: number): void;
  failed(error: Error): void;
}

export interface Sequence {
  readonly id: number;
  readonly epoch: number;
  readonly first: number;
}

export class Batch {
  readonly handed: Handed[] = [];
  bytes = 0;
  /** Its place among the batches of the partition, once it was sent. */
  nth = -1;
  /** Attempts so far. */
  attempts = 0;
  isUnderWay = false;
  /** Its callers have been answered. */
  isDone = false;
  /** An attempt may have been taken though nobody heard so. */
  mayBeStored = false;
  /** How long it waited before its last retry. */
  backoffUs = 0;
  /** Earlier than this no further attempt is made. */
  notBeforeUs = 0;
  /** Its place among the producer's records of this partition, once it was sent. */
  sequence: Sequence | undefined;
  /** Kafka's name of the error that the last attempt failed with. */
  lastError = 'DISCONNECTED';
  /** When it is given up, looked at only once it had to wait. */
  deadline: Step | undefined;

  constructor(readonly createdUs: number) {}

  get count(): number {
    return this.handed.length;
  }

  /** The moment that its attempts belong to. */
  get moment(): Moment {
    return this.#first.moment;
  }

  /** The type of message that they are called after. */
  get type(): string {
    return this.#first.draft.message.type;
  }

  get #first(): Handed {
    return this.handed[0] as Handed;
  }

  add(handed: Handed): void {
    this.handed.push(handed);
    this.bytes += handed.bytes;
  }

  stored(baseOffset: number): void {
    if (this.isDone) return;
    this.isDone = true;
    this.handed.forEach((each, n) => each.stored(baseOffset < 0 ? -1 : baseOffset + n));
  }

  failed(error: Error): void {
    if (this.isDone) return;
    this.isDone = true;
    for (const each of this.handed) each.failed(error);
  }
}
