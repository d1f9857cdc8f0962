/**
 * One queue: messages ready, messages handed out and not settled, and what it does with those it gives up: dead-letter
 * them, or drop them where there is nowhere to. In which order ready ones go out is ready.ts, to whom rota.ts. Pure and
 * synchronous; time comes in as an argument.
 * Source: RabbitMQ documentation, "Consumer Acknowledgements and Publisher Confirms", "Dead Letter Exchanges",
 * "Time-To-Live and Expiration", "Queue Length Limit", "Quorum Queues".
 *
 * Not modelled: limits in bytes, paging, expiry of queues, delayed retry (4.3); that each publisher of a quorum queue
 * hears on its own that it is full.
 */
import type { Envelope } from '../message.ts';
import { DEFAULT_PROFILE, type Version, VERSIONS } from './profile.ts';
import { type Ready, readyOf, type Return } from './ready.ts';
import { InTurn, type Rota, SingleActive } from './rota.ts';

export interface QueueOptions<Q extends string> {
  deadLetterTo?: Q;
  /** Returns that a message survives; negative: no limit, also where the broker's version has one by default. */
  deliveryLimit?: number;
  type?: 'classic' | 'quorum';
  messageTtlMs?: number;
  maxLength?: number;
  /** At the limit the head goes (default), or what is published is refused, and dead-lettered too (`-dlx`, classic queues only). */
  overflow?: 'drop-head' | 'reject-publish' | 'reject-publish-dlx';
  singleActiveConsumer?: boolean;
  /** `at-least-once`: dead letters are kept until they are taken; only on quorum queues with `reject-publish`. */
  deadLetterStrategy?: 'at-most-once' | 'at-least-once';
  /** Classic queues: whether its messages are there after the broker restarts, if they are persistent; default: true. */
  durable?: boolean;
  /** A delivery that is not settled in this time is taken back; default: 30 minutes. `Infinity`: never. */
  consumerTimeoutMs?: number;
  /** Classic queues: priorities from 0 to this one. Quorum queues have theirs without it. */
  maxPriority?: number;
}

/** One copy of a message in one queue. */
export interface Copy {
  readonly envelope: Envelope;
  /** How many came before it: its name within the queue, and in a classic queue its place. */
  readonly sequence: number;
  readonly expiresUs: number;
  redelivered: boolean;
  /** Times that it came back and that count towards the delivery limit. */
  returns: number;
}

export type GivenUp = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit';

/** What else ends a copy: it is on no disk when the broker restarts. */
export type Lost = 'restart';

/** What a queue tells of copies that leave it without having been acked. */
export interface QueueEvents {
  gaveUp(queue: Queue, copy: Copy, reason: GivenUp): void;
  lost(queue: Queue, copy: Copy, reason: Lost): void;
  /** Another copy is at its head: `expiresUs` is another. */
  headExpires(queue: Queue): void;
  /** It was full and takes messages again. */
  hasRoom(queue: Queue): void;
}

/** Who takes copies from a queue. */
export interface Taker {
  readonly priority: number;
  readonly hasRoom: boolean;
  /** Copies that it has been handed and that are not settled. */
  readonly outstanding: number;
  take(queue: Queue, copy: Copy): void;
}

const CONSUMER_TIMEOUT_MS = 1_800_000;

/** A quorum queue that has refused messages takes some again when it holds no more than this share of its limit. */
const takesAgain = (maxLength: number): number => Math.trunc((maxLength * 8) / 10);

export class Queue {
  readonly #ready: Ready;
  readonly #rota: Rota;
  #sequence = 0;
  #isRefusing = false;
  #wasFull = false;
  #headUs = Infinity;
  /** Its single active consumer cancelled: the next one is handed nothing until something comes, or comes back. */
  #nextWaits = false;
  /** Dead letters that nobody has taken yet. */
  #retained = 0;
  unacked = 0;
  /** For the conservation law: enqueued = ready + unacked + settled + gaveUp. */
  readonly totals = { enqueued: 0, settled: 0, gaveUp: 0 };
  readonly deliveryLimit: number | undefined;

  constructor(
    readonly name: string,
    readonly options: QueueOptions<string>,
    readonly events: QueueEvents,
    readonly version: Version = VERSIONS[DEFAULT_PROFILE],
  ) {
    const limit = options.deliveryLimit ?? (this.isQuorum ? version.quorumDeliveryLimit : undefined);
    this.deliveryLimit = limit !== undefined && limit >= 0 ? limit : undefined;
    const { maxPriority, singleActiveConsumer } = options;
    this.#ready = readyOf(this.isQuorum, version, { maxPriority, hasLimit: this.deliveryLimit !== undefined });
    const makesWay = this.isQuorum && version.activeMakesWay;
    this.#rota = singleActiveConsumer
      ? new SingleActive(!this.isQuorum || makesWay, makesWay)
      : new InTurn(this.isQuorum);
  }

  get isQuorum(): boolean {
    return this.options.type === 'quorum';
  }

  /** How long a delivery may stay unsettled; classic queues ask no more since 4.3. */
  get timeoutUs(): number {
    if (!this.isQuorum && this.version.overdue === 'cancels the consumer') return Infinity;
    return (this.options.consumerTimeoutMs ?? CONSUMER_TIMEOUT_MS) * 1000;
  }

  /** Copies that are ready, in the order in which they would go out. */
  get ready(): readonly Copy[] {
    return this.#ready.list;
  }

  get length(): number {
    return this.#ready.length;
  }

  /** At the limit a quorum queue drops the head where it is to dead-letter what it refuses: it cannot. */
  get #drops(): boolean {
    const { overflow } = this.options;
    return overflow !== 'reject-publish' && (overflow !== 'reject-publish-dlx' || this.isQuorum);
  }

  /** Elsewhere it is at most once, whatever was asked for. */
  get isAtLeastOnce(): boolean {
    const { deadLetterStrategy, overflow } = this.options;
    return deadLetterStrategy === 'at-least-once' && this.isQuorum && overflow === 'reject-publish';
  }

  /** So many dead letters more are kept here; they count towards the limit. */
  retain(more: number): void {
    this.#retained += more;
    this.#notice();
  }

  /** Whether a publish would be refused. A quorum queue notices only when it holds more than its limit. */
  get isFull(): boolean {
    const { maxLength } = this.options;
    if (maxLength === undefined || this.#drops) return false;
    return this.isQuorum ? this.#isRefusing : this.length >= maxLength;
  }

  enqueue(envelope: Envelope, nowUs: number): void {
    this.totals.enqueued++;
    this.#ready.add(this.#copyOf(envelope, nowUs));
    this.dispatch(nowUs);
    this.#keepToLimit(nowUs);
  }

  /** A full queue refuses a message; it may dead-letter it all the same. */
  refuse(envelope: Envelope, nowUs: number): void {
    if (this.options.overflow !== 'reject-publish-dlx') return;
    this.totals.enqueued++;
    this.#giveUp(this.#copyOf(envelope, nowUs), 'maxlen');
  }

  #copyOf(envelope: Envelope, nowUs: number): Copy {
    const ttlUs = Math.min((this.options.messageTtlMs ?? Infinity) * 1000, envelope.expirationUs ?? Infinity);
    return { envelope, sequence: this.#sequence++, expiresUs: nowUs + ttlUs, redelivered: false, returns: 0 };
  }

  /**
   * A copy comes back unsettled: flagged, and to its place, or given up once it has come back too often. Several may come
   * back at once, so it is handed out again only when `dispatchReturned` is called.
   * @returns false when it is given up
   */
  takeBack(copy: Copy, how: Return): boolean {
    this.unacked--;
    copy.redelivered = true;
    if (this.#counts(how)) copy.returns++;
    const isOver = this.deliveryLimit !== undefined && copy.returns > this.deliveryLimit;
    if (isOver) this.#giveUp(copy, 'delivery_limit');
    else this.#ready.putBack(copy, how);
    return !isOver;
  }

  #counts(how: Return): boolean {
    return how === 'lost' || how === 'rejected' || this.version.nackCounts;
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
    this.#rota.add(taker);
    this.dispatch(nowUs);
  }

  /** It cancels: what it leaves goes to the others. */
  cancelTaker(taker: Taker, nowUs: number): void {
    const nextWaits = this.#rota.isActive(taker) && !this.isQuorum && this.version.cancelLeavesNextWaiting;
    this.removeTaker(taker);
    if (nextWaits) this.#nextWaits = true;
    else this.dispatch(nowUs);
  }

  /** What it leaves to others goes out when `dispatch` is called. */
  removeTaker(taker: Taker): void {
    this.#rota.remove(taker);
  }

  /** Hands ready copies out, as long as somebody has room. */
  dispatch(nowUs: number): void {
    this.#nextWaits = false;
    this.#rota.refresh();
    for (;;) {
      this.expire(nowUs);
      if (this.length === 0 || !this.#rota.serve((taker) => this.#give(taker))) break;
    }
    this.#notice();
  }

  /** As `dispatch`, after something was settled for good. */
  dispatchSettled(nowUs: number): void {
    if (!this.#nextWaits) this.dispatch(nowUs);
  }

  /** As `dispatch`, after copies have come back: a classic queue that is too long then drops its head first. */
  dispatchReturned(nowUs: number): void {
    if (!this.isQuorum) this.#keepToLimit(nowUs);
    this.dispatch(nowUs);
    this.#keepToLimit(nowUs);
  }

  #give(taker: Taker): void {
    const copy = this.#ready.next();
    if (!copy) return;
    this.unacked++;
    taker.take(this, copy);
  }

  /** The broker restarts: what is on no disk is lost. A quorum queue writes all to disk, whatever was asked for. */
  restart(): void {
    for (const copy of this.#ready.lose(({ envelope }) => this.wouldLose(envelope))) {
      this.totals.gaveUp++;
      this.events.lost(this, copy, 'restart');
    }
    this.#notice();
  }

  /** Whether a restart of the broker would lose the message. */
  wouldLose(envelope: Pick<Envelope, 'durable'>): boolean {
    return !this.isQuorum && (this.options.durable === false || !envelope.durable);
  }

  /**
   * One copy off the head, if there is one (`basic.get`): prefetch does not matter. `left`: how many are still there, as the
   * client is told; a quorum queue counts what has expired behind the copy, and drops it then.
   */
  get(nowUs: number): { readonly copy: Copy; readonly left: number } | undefined {
    this.expire(nowUs);
    const copy = this.#ready.next();
    if (copy) this.unacked++;
    const { length } = this;
    this.expire(nowUs);
    return copy && { copy, left: this.isQuorum ? length : this.length };
  }

  /** Messages expire at the head only. */
  expire(nowUs: number): void {
    for (const copy of this.#ready.expired(nowUs)) this.#giveUp(copy, 'expired');
    this.#notice();
  }

  /** When the head expires; `Infinity`: never. */
  get expiresUs(): number {
    return this.#ready.expiresUs;
  }

  get brokenLaw(): string | undefined {
    const { enqueued, settled, gaveUp } = this.totals;
    const accounted = this.length + this.unacked + settled + gaveUp;
    return enqueued === accounted
      ? undefined
      : `queue ${this.name}: ${enqueued} enqueued, but ready ${this.length} + unacked ${this.unacked} + settled ${settled} + given up ${gaveUp} make ${accounted}`;
  }

  #keepToLimit(nowUs: number): void {
    const { maxLength = Infinity } = this.options;
    while (this.#drops && this.length > maxLength) this.#giveUp(this.#ready.next() as Copy, 'maxlen');
    this.expire(nowUs);
  }

  /** After each change: who is at the head now; whether a quorum queue is to refuse messages, or may take them again. */
  #notice(): void {
    const { expiresUs } = this;
    if (expiresUs !== this.#headUs) {
      this.#headUs = expiresUs;
      this.events.headExpires(this);
    }
    const { maxLength } = this.options;
    if (maxLength === undefined) return;
    const holds = this.length + this.#retained;
    if (holds > maxLength) this.#isRefusing = true;
    else if (holds <= takesAgain(maxLength)) this.#isRefusing = false;
    if (this.#wasFull && !this.isFull) this.events.hasRoom(this);
    this.#wasFull = this.isFull;
  }

  #giveUp(copy: Copy, reason: GivenUp): void {
    this.totals.gaveUp++;
    this.events.gaveUp(this, copy, reason);
  }
}
