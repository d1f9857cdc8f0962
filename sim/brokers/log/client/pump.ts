/**
 * One partition in a consumer's hands: fetches records, hands them out one after the other, waits for more. Where nothing
 * comes it takes no steps: whoever appends wakes it.
 */
import { isRefused } from '../kafka-error.ts';
import type { LogRecord } from '../record.ts';
import type { ConsumerSettings } from './consumer-options.ts';
import type { Courier } from './courier.ts';
import type { InHand } from './hands.ts';
import type { Ownership } from './ownership.ts';

const FETCH_US = 400;

/** What a pump is part of. */
export interface Pumping {
  readonly settings: ConsumerSettings;
  readonly courier: Courier;
  /** How many records of a partition are handed out together. */
  readonly together: number;
  /** Something is about to be handed out. */
  poll(): void;
  handOut(pump: Pump, records: readonly LogRecord[]): void;
  /** There is nothing at its place. */
  outOfRange(pump: Pump): void;
}

const NOTHING: readonly LogRecord[] = [];

export class Pump {
  isPaused = false;
  /** It is about to be given up: nothing more is handed out. */
  isEnding = false;
  /** How long its handler was given when it failed last; 0: it has not, since it last succeeded. */
  backoffUs = 0;
  /** What its handler has dealt with last. */
  lastHandled: InHand | undefined;
  /** The next offset to hand out; undefined: not known yet. */
  #position: number | undefined;
  #records = NOTHING;
  #at = 0;
  /** Where to fetch on when these records are through. */
  #nextOffset = 0;
  #isFetching = false;
  #isGoing = false;
  /** The last fetch brought nothing. */
  #isParked = false;
  #backsOff = false;
  readonly #held = new Set<InHand>();

  constructor(
    readonly of: Pumping,
    readonly ownership: Ownership,
  ) {}

  get position(): number | undefined {
    return this.#position;
  }

  /** Hands out what is there, if it may, and fetches if nothing is. */
  go(): void {
    const { settings, courier } = this.of;
    if (this.#isStopped || this.#held.size >= settings.inFlight) return;
    if (this.#at >= this.#records.length) {
      this.#fetch();
      return;
    }
    if (courier.pausedUs > 0) {
      this.goSoon();
      return;
    }
    this.of.poll();
    const records = this.#records.slice(this.#at, this.#at + this.of.together);
    this.#at += records.length;
    const last = records.at(-1) as LogRecord;
    this.#position = this.#at < this.#records.length ? last.offset + 1 : this.#nextOffset;
    this.of.handOut(this, records);
    if (settings.inFlight > 1) this.goSoon();
  }

  get #isStopped(): boolean {
    return this.#position === undefined || this.ownership.isOver || this.isEnding || this.isPaused || this.#backsOff;
  }

  /** On a step of its own. */
  goSoon(): void {
    if (this.#isGoing) return;
    this.#isGoing = true;
    this.of.courier.later(0, () => {
      this.#isGoing = false;
      this.go();
    });
  }

  hold(one: InHand): void {
    this.#held.add(one);
  }

  /** The next one need not wait for it any longer. */
  release(one: InHand): void {
    this.#held.delete(one);
  }

  /** There may be more to read. */
  readable(): void {
    if (!this.#isParked) return;
    this.#isParked = false;
    this.go();
  }

  /** Goes on from this offset. */
  seek(offset: number): void {
    this.#position = offset;
    this.#nextOffset = offset;
    this.#records = NOTHING;
    this.#at = 0;
    this.#isParked = false;
    this.goSoon();
  }

  /** Hands out again from this offset on, after a while. */
  again(offset: number, afterUs: number): void {
    this.seek(offset);
    this.#backsOff = true;
    this.of.courier.later(afterUs, () => {
      this.#backsOff = false;
      this.go();
    });
  }

  #fetch(): void {
    if (this.#isFetching || this.#isParked) return;
    this.#isFetching = true;
    this.of.courier.later(FETCH_US, () => this.#arrive());
  }

  #arrive(): void {
    const { courier } = this.of;
    if (courier.isThrough) {
      courier.connection.runtime.whenSpeaking(() => this.#read());
      return;
    }
    // Over a connection that leads nowhere the client waits until it breaks, and fetches again when it is back.
    this.#isFetching = false;
    this.#isParked = true;
  }

  #read(): void {
    this.#isFetching = false;
    if (this.#isStopped) return;
    const { courier, settings } = this.of;
    const { topic, partition } = this.ownership;
    const offset = this.#nextOffset;
    const { isolation, maxPollRecords: maxRecords } = settings;
    const fetched = courier.connection.runtime.cluster.fetch({ topic, partition, offset, isolation, maxRecords });
    if (isRefused(fetched)) {
      if (fetched.error === 'OFFSET_OUT_OF_RANGE') this.of.outOfRange(this);
      // Without a leader it waits for one.
      else this.#isParked = true;
      return;
    }
    this.#nextOffset = fetched.nextOffset;
    this.#records = fetched.records;
    this.#at = 0;
    if (fetched.records.length > 0) this.go();
    else {
      this.#position = fetched.nextOffset;
      this.#isParked = true;
    }
  }
}
