/**
 * One broker's copy of a partition: entries by offset, where each leader epoch began, and what follows from the entries
 * (producers, transactions). Appending, looking up and reading cost the same however long the log is.
 * Sources: Kafka documentation, "Replication"; UnifiedLog.scala, LeaderEpochFileCache.java (KIP-101, KIP-279).
 */
import { Transactions } from './aborted.ts';
import { ProducerStates } from './producer-state.ts';
import { type Entry, isMarker, type LogRecord } from './record.ts';

export interface EpochStart {
  readonly epoch: number;
  readonly start: number;
}

interface Base {
  readonly offset: number;
  readonly producers: ProducerStates;
}

export type Isolation = 'read_uncommitted' | 'read_committed';

export class Replica {
  #entries: Entry[] = [];
  #logStart = 0;
  #end = 0;
  #epochs: EpochStart[] = [];
  #producers = new ProducerStates();
  #transactions = new Transactions();
  /** What is known of producers from entries that may be gone: all below `offset`. */
  #base: Base = { offset: 0, producers: new ProducerStates() };
  highWatermark = 0;
  /** Entries that were looked at, ever: what the cost is measured by. */
  work = 0;

  constructor(readonly node: number) {}

  get logStart(): number {
    return this.#logStart;
  }

  /** The offset that the next entry gets. */
  get end(): number {
    return this.#end;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get epochs(): readonly EpochStart[] {
    return this.#epochs;
  }

  get producers(): ProducerStates {
    return this.#producers;
  }

  /** Below it every transaction is decided, and replicated. */
  get lastStable(): number {
    const unstable = this.#transactions.firstUnstable(this.highWatermark);
    return Math.max(this.#logStart, Math.min(this.highWatermark, unstable));
  }

  append(entry: Entry): void {
    this.work++;
    this.#entries.push(entry);
    this.#end = entry.offset + 1;
    const { leaderEpoch: epoch } = entry;
    if (this.#epochs.at(-1)?.epoch !== epoch) this.#epochs.push({ epoch, start: entry.offset });
    this.#learn(entry);
  }

  /** The first entry at this offset or above it. */
  indexOf(offset: number): number {
    const list = this.#entries;
    const first = list[0]?.offset ?? 0;
    const guess = offset - first;
    if (guess <= 0) return 0;
    // Whoever keeps up asks for what is not there yet.
    if (offset > (list.at(-1)?.offset ?? -1)) return list.length;
    // Without holes below it stands where it is looked for; holes can only move it to the front.
    if (list[guess]?.offset === offset) return guess;
    let [low, high] = [0, Math.min(guess, list.length)];
    while (low < high) {
      this.work++;
      const middle = (low + high) >> 1;
      if ((list[middle] as Entry).offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Records from an offset on, below `upTo`; what has nothing to show is passed over. */
  read(from: number, upTo: number, most: number, isolation: Isolation): { records: LogRecord[]; nextOffset: number } {
    const records: LogRecord[] = [];
    let nextOffset = from;
    for (let at = this.indexOf(from); records.length < most; at++) {
      const entry = this.#entries[at];
      if (!entry || entry.offset >= upTo) return { records, nextOffset: Math.max(from, upTo) };
      this.work++;
      nextOffset = entry.offset + 1;
      if (isMarker(entry)) continue;
      if (isolation === 'read_committed' && this.#transactions.isAborted(entry)) continue;
      records.push(entry);
    }
    return { records, nextOffset };
  }

  /** Where a leader epoch, or the last one before it that is known here, ends in this log. */
  endOfEpoch(epoch: number): { epoch: number; end: number } {
    const at = this.#epochs.findLastIndex((each) => each.epoch <= epoch);
    const end = this.#epochs[at + 1]?.start ?? this.#end;
    return { epoch: this.#epochs[at]?.epoch ?? -1, end };
  }

  /** Where the batch begins that an offset lies in. */
  batchStart(offset: number): number {
    const entry = this.#entries[this.indexOf(offset)];
    return entry && !isMarker(entry) ? Math.min(offset, entry.producer?.baseOffset ?? offset) : offset;
  }

  /** @returns what was cut off */
  truncateTo(offset: number): readonly Entry[] {
    if (offset >= this.#end) return [];
    const cut = this.#entries.splice(this.indexOf(offset));
    this.#end = offset;
    this.#epochs = this.#epochs.filter(({ start }) => start < offset);
    this.highWatermark = Math.min(this.highWatermark, offset);
    if (offset < this.#logStart) this.#logStart = offset;
    this.#learnAnew();
    return cut;
  }

  /** Moves the start of the log. @returns what is gone */
  removeBefore(offset: number): readonly Entry[] {
    if (offset <= this.#logStart) return [];
    this.#keepProducers(Math.min(offset, this.#end));
    this.#logStart = offset;
    const gone = this.#entries.splice(0, this.indexOf(offset));
    this.#end = Math.max(this.#end, offset);
    this.highWatermark = Math.max(this.highWatermark, offset);
    this.#transactions.removeBefore(offset);
    return gone;
  }

  /** Takes out some of the entries below an offset; what they say of producers is kept. */
  takeOut(below: number, goes: (entry: Entry) => boolean): void {
    this.#keepProducers(Math.min(below, this.#end));
    this.work += this.#entries.length;
    this.#entries = this.#entries.filter((entry) => entry.offset >= below || !goes(entry));
  }

  /** Begins anew where the leader's log begins: a follower that has nothing of it. */
  startAt({ logStart, epochs }: Replica): void {
    this.#entries = [];
    this.#epochs = epochs.filter(({ start }) => start < logStart);
    this.#base = { offset: logStart, producers: new ProducerStates() };
    this.#logStart = logStart;
    this.#end = logStart;
    this.highWatermark = logStart;
    this.#learnAnew();
  }

  /** Below it entries may be gone that said something of producers. */
  get cleanedBelow(): number {
    return this.#base.offset;
  }

  /** A follower that was not there when entries went hears of them from the leader whose log it has now. */
  learnProducersFrom({ base, producers }: { readonly base: Base; readonly producers: ProducerStates }): void {
    this.#base = { offset: base.offset, producers: base.producers.copy() };
    this.#producers = producers.copy();
  }

  get base(): Base {
    return this.#base;
  }

  isAborted(record: LogRecord): boolean {
    return this.#transactions.isAborted(record);
  }

  #learn(entry: Entry): void {
    if (entry.offset >= this.#base.offset) learnProducers(this.#producers, entry);
    if (isMarker(entry)) this.#transactions.ended(entry);
    else if (entry.producer?.transactional && isFirst(entry)) this.#transactions.began(entry.producer);
  }

  #learnAnew(): void {
    if (this.#base.offset > this.#end) this.#base = { offset: this.#logStart, producers: new ProducerStates() };
    this.#producers = this.#base.producers.copy();
    this.#transactions = new Transactions();
    this.work += this.#entries.length;
    for (const entry of this.#entries) this.#learn(entry);
  }

  /** Before entries below the offset go: what they say of producers is kept. */
  #keepProducers(below: number): void {
    for (let at = this.indexOf(this.#base.offset); at < this.#entries.length; at++) {
      const entry = this.#entries[at] as Entry;
      if (entry.offset >= below) break;
      this.work++;
      learnProducers(this.#base.producers, entry);
    }
    if (below > this.#base.offset) this.#base = { ...this.#base, offset: below };
  }
}

const isFirst = ({ offset, producer }: LogRecord): boolean => producer?.baseOffset === offset;

/** A batch is learned of with its first record. */
function learnProducers(producers: ProducerStates, entry: Entry): void {
  if (isMarker(entry)) producers.ended(entry);
  else if (entry.producer && isFirst(entry)) producers.took(entry.producer);
}
