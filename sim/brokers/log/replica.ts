/**
 * One broker's copy of a partition: entries by offset, where each leader epoch began, and what follows from the entries
 * (producers, transactions). Appending, looking up and reading cost the same however long the log is.
 * Sources: Kafka documentation, "Replication"; UnifiedLog.scala, LeaderEpochFileCache.java (KIP-101, KIP-279).
 */
import { Known } from './known.ts';
import type { ProducerStates } from './producer-state.ts';
import { type Entry, isMarker, type LogRecord } from './record.ts';
import { sizeOf } from './size.ts';

export interface EpochStart {
  readonly epoch: number;
  readonly start: number;
}

/** About what a record takes beside key and value. */
const ENTRY_BYTES = 70;

export type Isolation = 'read_uncommitted' | 'read_committed';

export class Replica {
  #entries: Entry[] = [];
  #logStart = 0;
  #end = 0;
  #epochs: EpochStart[] = [];
  #known = new Known();
  /** What is known from entries that may be gone: all below `offset`. */
  #base = { offset: 0, known: new Known() };
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
    return this.#known.producers;
  }

  /** Below it every transaction is decided, and replicated. */
  get lastStable(): number {
    const unstable = this.#known.transactions.firstUnstable(this.highWatermark);
    return Math.max(this.#logStart, Math.min(this.highWatermark, unstable));
  }

  append(entry: Entry): void {
    this.work++;
    this.#entries.push(entry);
    this.#end = entry.offset + 1;
    const { leaderEpoch: epoch } = entry;
    if (this.#epochs.at(-1)?.epoch !== epoch) this.#epochs.push({ epoch, start: entry.offset });
    this.#known.learn(entry);
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
      if (isolation === 'read_committed' && this.#known.transactions.isAborted(entry)) continue;
      records.push(entry);
    }
    return { records, nextOffset };
  }

  /** Entries from an offset on, below `upTo`, markers too; at least one, if there is one. */
  slice(from: number, upTo: number, most: { readonly records: number; readonly bytes: number }): Entry[] {
    const found: Entry[] = [];
    let bytes = 0;
    for (let at = this.indexOf(from); found.length < most.records && bytes < most.bytes; at++) {
      const entry = this.#entries[at];
      if (!entry || entry.offset >= upTo) break;
      this.work++;
      bytes += ENTRY_BYTES + (isMarker(entry) ? 0 : sizeOf(entry));
      if (bytes > most.bytes && found.length > 0) break;
      found.push(entry);
    }
    return found;
  }

  /** The aborted transactions that have something between two offsets. */
  abortedBetween(from: number, to: number): { producerId: number; firstOffset: number }[] {
    return this.#known.transactions.abortedBetween(from, to);
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
    this.#keep(Math.min(offset, this.#end));
    this.#logStart = offset;
    const gone = this.#entries.splice(0, this.indexOf(offset));
    this.#end = Math.max(this.#end, offset);
    this.highWatermark = Math.max(this.highWatermark, offset);
    for (const { transactions } of [this.#known, this.#base.known]) transactions.removeBefore(offset);
    return gone;
  }

  /** Takes out some of the entries below an offset; what they say is kept. */
  takeOut(below: number, goes: (entry: Entry) => boolean): void {
    this.#keep(Math.min(below, this.#end));
    this.work += this.#entries.length;
    this.#entries = this.#entries.filter((entry) => entry.offset >= below || !goes(entry));
  }

  /** Begins anew where the leader's log begins: a follower that has nothing of it. */
  startAt({ logStart, epochs }: Replica): void {
    this.#entries = [];
    this.#epochs = epochs.filter(({ start }) => start < logStart);
    this.#logStart = logStart;
    this.#end = logStart;
    this.highWatermark = logStart;
    this.#base = { offset: logStart, known: new Known() };
    this.#known = new Known();
  }

  /** Below it entries may be gone that said something of producers and transactions. */
  get cleanedBelow(): number {
    return this.#base.offset;
  }

  /** A follower that was not there when entries went hears of them from the leader, whose log it has now. */
  learnFrom(leader: Replica): void {
    this.#base = { offset: leader.#base.offset, known: leader.#base.known.copy() };
    this.#known = leader.#known.copy();
  }

  isAborted(record: LogRecord): boolean {
    return this.#known.transactions.isAborted(record);
  }

  #learnAnew(): void {
    if (this.#base.offset > this.#end) this.#base = { offset: this.#logStart, known: new Known() };
    this.#known = this.#base.known.copy();
    for (let at = this.indexOf(this.#base.offset); at < this.#entries.length; at++) {
      this.work++;
      this.#known.learn(this.#entries[at] as Entry);
    }
  }

  /** Before entries below the offset go: what they say is kept. */
  #keep(below: number): void {
    const { offset, known } = this.#base;
    for (let at = this.indexOf(offset); at < this.#entries.length; at++) {
      const entry = this.#entries[at] as Entry;
      if (entry.offset >= below) break;
      this.work++;
      known.learn(entry);
    }
    if (below <= offset) return;
    this.#base = { offset: below, known };
    // It is committed by now, and so is how its transactions ended.
    known.transactions.firstUnstable(below);
  }
}
