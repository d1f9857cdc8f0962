/**
 * One queue: messages ready in order, messages handed out and not settled, and what it does with those it gives up:
 * dead-letter them, or drop them where there is nowhere to. Pure and synchronous; time comes in as an argument.
 * Source: RabbitMQ documentation, "Consumer Acknowledgements and Publisher Confirms", "Dead Letter Exchanges",
 * "Time-To-Live and Expiration", "Queue Length Limit", "Quorum Queues".
 *
 * Not modelled: priorities, lazy paging, memory and disk alarms of a single queue.
 */
import type { Envelope } from '../message.ts';

export interface QueueOptions<Q extends string> {
  deadLetterTo?: Q;
  deliveryLimit?: number;
  type?: 'classic' | 'quorum';
  messageTtlMs?: number;
  maxLength?: number;
  overflow?: 'drop-head' | 'reject-publish';
  singleActiveConsumer?: boolean;
}

/** One copy of a message in one queue. */
export interface Copy {
  readonly envelope: Envelope;
  /** Its place: requeued copies go back to it. */
  readonly sequence: number;
  readonly expiresUs: number;
  redelivered: boolean;
  /** Times that it came back unsettled. */
  returns: number;
}

export type GivenUp = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit';

/** What a queue tells of copies that leave it without having been acked. */
export interface QueueEvents {
  gaveUp(queue: Queue, copy: Copy, reason: GivenUp): void;
}

/** Who takes copies from a queue. */
export interface Taker {
  readonly hasRoom: boolean;
  take(queue: Queue, copy: Copy): void;
}

export class Queue {
  readonly ready: Copy[] = [];
  readonly #takers: Taker[] = [];
  #turn = 0;
  #sequence = 0;
  unacked = 0;
  /** For the conservation law: enqueued = ready + unacked + settled + gaveUp. */
  readonly totals = { enqueued: 0, settled: 0, gaveUp: 0 };

  constructor(
    readonly name: string,
    readonly options: QueueOptions<string>,
    readonly events: QueueEvents,
    readonly deliveryLimit: number | undefined = options.deliveryLimit,
    /** Whether a nack counts towards the limit: not since 4.3. Source: RabbitMQ 4.3 release notes. */
    readonly nackCounts: boolean = true,
  ) {}

  get length(): number {
    return this.ready.length;
  }

  /** Whether a publish would be refused (overflow `reject-publish`). */
  get isFull(): boolean {
    const { maxLength, overflow } = this.options;
    return maxLength !== undefined && overflow === 'reject-publish' && this.ready.length >= maxLength;
  }

  enqueue(envelope: Envelope, nowUs: number): void {
    const ttlUs = Math.min((this.options.messageTtlMs ?? Infinity) * 1000, envelope.expirationUs ?? Infinity);
    const copy: Copy = {
      envelope,
      sequence: this.#sequence++,
      expiresUs: nowUs + ttlUs,
      redelivered: false,
      returns: 0,
    };
    this.totals.enqueued++;
    this.ready.push(copy);
    const excess = this.ready.length - (this.options.maxLength ?? Infinity);
    for (let n = 0; n < excess; n++) this.#giveUp(this.ready.shift() as Copy, 'maxlen');
    this.dispatch(nowUs);
  }

  /**
   * A copy comes back unsettled: flagged, and to its old place, or given up once it has come back too often. Several may
   * come back at once, so it is handed out again only when `dispatch` is called.
   * @param counts whether this return counts towards the delivery limit
   */
  takeBack(copy: Copy, counts = true): void {
    this.unacked--;
    copy.redelivered = true;
    if (counts) copy.returns++;
    if (this.deliveryLimit !== undefined && copy.returns > this.deliveryLimit) this.#giveUp(copy, 'delivery_limit');
    else {
      const behind = this.ready.findIndex((other) => other.sequence > copy.sequence);
      this.ready.splice(behind < 0 ? this.ready.length : behind, 0, copy);
    }
  }

  settled(): void {
    this.unacked--;
    this.totals.settled++;
  }

  /** Rejected without requeue. */
  reject(copy: Copy): void {
    this.unacked--;
    this.#giveUp(copy, 'rejected');
  }

  addTaker(taker: Taker, nowUs: number): void {
    this.#takers.push(taker);
    this.dispatch(nowUs);
  }

  removeTaker(taker: Taker, nowUs: number): void {
    const at = this.#takers.indexOf(taker);
    if (at < 0) return;
    this.#takers.splice(at, 1);
    this.#turn = 0;
    this.dispatch(nowUs);
  }

  /** Hands ready copies out, to the takers in turn, as long as one has room. */
  dispatch(nowUs: number): void {
    for (;;) {
      this.expire(nowUs);
      if (this.ready.length === 0) return;
      const taker = this.#nextTaker();
      if (!taker) return;
      const copy = this.ready.shift() as Copy;
      this.unacked++;
      taker.take(this, copy);
    }
  }

  /** One copy off the head, if there is one (`basic.get`): prefetch does not matter. */
  get(nowUs: number): Copy | undefined {
    this.expire(nowUs);
    const copy = this.ready.shift();
    if (copy) this.unacked++;
    return copy;
  }

  /** Messages expire at the head only. */
  expire(nowUs: number): void {
    while (this.ready[0] && this.ready[0].expiresUs <= nowUs) this.#giveUp(this.ready.shift() as Copy, 'expired');
  }

  /** When the head expires; `Infinity`: never. */
  get expiresUs(): number {
    return this.ready[0]?.expiresUs ?? Infinity;
  }

  get brokenLaw(): string | undefined {
    const { enqueued, settled, gaveUp } = this.totals;
    const accounted = this.ready.length + this.unacked + settled + gaveUp;
    return enqueued === accounted
      ? undefined
      : `queue ${this.name}: ${enqueued} enqueued, but ready ${this.ready.length} + unacked ${this.unacked} + settled ${settled} + given up ${gaveUp} make ${accounted}`;
  }

  #nextTaker(): Taker | undefined {
    const active = this.options.singleActiveConsumer ? 1 : this.#takers.length;
    for (let n = 0; n < Math.min(active, this.#takers.length); n++) {
      const taker = this.#takers[(this.#turn + n) % this.#takers.length] as Taker;
      if (!taker.hasRoom) continue;
      if (!this.options.singleActiveConsumer) this.#turn = (this.#turn + n + 1) % this.#takers.length;
      return taker;
    }
    return undefined;
  }

  #giveUp(copy: Copy, reason: GivenUp): void {
    this.totals.gaveUp++;
    this.events.gaveUp(this, copy, reason);
  }
}
