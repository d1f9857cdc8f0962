/** A transactional id: its producer's epochs, and the transaction that is open or being ended. */
import type { KafkaErrorName } from './kafka-error.ts';

export type Outcome = 'commit' | 'abort';
type State = 'Empty' | 'Ongoing' | 'PrepareCommit' | 'PrepareAbort' | 'CompleteCommit' | 'CompleteAbort';

interface Place {
  readonly topic: string;
  readonly partition: number;
}

const keyOf = ({ topic, partition }: Place): string => `${topic}/${partition}`;

/** One transaction: what it has touched, and how far its markers are. */
export class Transaction {
  /** By partition: no marker yet, one that is not replicated yet; those that are done are gone. */
  readonly #places = new Map<string, { readonly place: Place; isMarked: boolean }>();
  readonly groups = new Set<string>();

  constructor(
    readonly name: string,
    readonly startUs: number,
  ) {}

  add({ topic, partition }: Place): void {
    const place = { topic, partition };
    if (!this.#places.has(keyOf(place))) this.#places.set(keyOf(place), { place, isMarked: false });
  }

  has(place: Place): boolean {
    return this.#places.has(keyOf(place));
  }

  unmarked(): readonly Place[] {
    return [...this.#places.values()].filter(({ isMarked }) => !isMarked).map(({ place }) => place);
  }

  marked(place: Place): void {
    this.#set(place, true);
  }

  unmark(place: Place): void {
    this.#set(place, false);
  }

  replicated(place: Place): void {
    this.#places.delete(keyOf(place));
  }

  get isMarkedEverywhere(): boolean {
    return this.#places.size === 0;
  }

  #set(place: Place, isMarked: boolean): void {
    const found = this.#places.get(keyOf(place));
    if (found) found.isMarked = isMarked;
  }
}

export class Transactional {
  /** -1: nobody has it yet. */
  epoch = -1;
  /** The epoch before, where whoever had it may not have heard of the new one. */
  #lastEpoch = -1;
  timeoutUs = 0;
  state: State = 'Empty';
  #current: Transaction | undefined;
  #count = 0;

  constructor(
    readonly id: string,
    readonly producerId: number,
    /** Whether every end begins a new epoch, and produce adds partitions by itself: as its client's requests say. */
    public isV2: boolean,
  ) {}

  get open(): Transaction | undefined {
    return this.state === 'Ongoing' ? this.#current : undefined;
  }

  get isEnding(): boolean {
    return this.state === 'PrepareCommit' || this.state === 'PrepareAbort';
  }

  get ending(): Transaction | undefined {
    return this.isEnding ? this.#current : undefined;
  }

  get outcome(): Outcome {
    return this.state === 'PrepareCommit' || this.state === 'CompleteCommit' ? 'commit' : 'abort';
  }

  /** @param expected whom the producer takes itself for; the one before too, if it has not heard the answer */
  nextEpoch(expected: number | undefined): KafkaErrorName | undefined {
    if (expected !== undefined && this.epoch >= 0 && expected !== this.epoch) {
      return expected === this.#lastEpoch ? undefined : 'PRODUCER_FENCED';
    }
    this.#lastEpoch = expected === undefined ? -1 : this.epoch;
    this.epoch++;
    this.state = 'Empty';
    return undefined;
  }

  begin(nowUs: number): Transaction {
    this.state = 'Ongoing';
    this.#current = new Transaction(`${this.producerId}:${this.epoch}:${++this.#count}`, nowUs);
    return this.#current;
  }

  fence(): void {
    this.epoch++;
    this.#lastEpoch = -1;
  }

  /** Whether a producer of this epoch may end so; what has been decided may be asked for again. */
  canEnd(epoch: number, outcome: Outcome): KafkaErrorName | undefined {
    if (this.#abortsNothing(epoch, outcome)) return undefined;
    const isDecided = this.state !== 'Ongoing' && this.state !== 'Empty';
    if (epoch !== (isDecided && this.isV2 ? this.epoch - 1 : this.epoch)) {
      return epoch === this.epoch ? 'INVALID_TXN_STATE' : 'PRODUCER_FENCED';
    }
    if (!isDecided) return this.open ? undefined : 'INVALID_TXN_STATE';
    if (this.outcome !== outcome) return 'INVALID_TXN_STATE';
    return this.isEnding ? 'CONCURRENT_TRANSACTIONS' : undefined;
  }

  /**
   * Since 4.0 a producer may abort what the coordinator never heard of: its batches were lost on their way. Source:
   * `noPartitionAdded` in TransactionCoordinator.scala.
   */
  #abortsNothing(epoch: number, outcome: Outcome): boolean {
    return this.isV2 && outcome === 'abort' && !this.#current && epoch === this.epoch;
  }

  /** Nothing was written, so there is nothing to mark; whatever is still on its way is of an epoch that is over. */
  abortNothing(): void {
    this.state = 'CompleteAbort';
    this.#lastEpoch = this.epoch++;
  }

  decide(outcome: Outcome): Transaction {
    this.state = outcome === 'commit' ? 'PrepareCommit' : 'PrepareAbort';
    if (this.isV2) this.#lastEpoch = this.epoch++;
    return this.#current as Transaction;
  }

  complete(): void {
    this.state = this.state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort';
    this.#current = undefined;
  }
}
