/**
 * One queue: messages ready, messages handed out and not settled, and what it does with those it gives up: dead-letter
 * them, or drop them where there is nowhere to. In which order ready ones go out is ready.ts, to whom rota.ts. Pure and
 * synchronous; time comes in as an argument.
 * Source: RabbitMQ documentation, "Consumer Acknowledgements and Publisher Confirms", "Dead Letter Exchanges",
 * "Time-To-Live and Expiration", "Queue Length Limit", "Quorum Queues".
 *
 * Not modelled: paging, delayed retry (4.3); that each publisher of a quorum queue hears on its own that it is full.
 */
import type { Envelope } from '../message.ts';
import { Limit } from './limit.ts';
import { DEFAULT_PROFILE, type Version, VERSIONS } from './profile.ts';
import { type Ready, readyOf, type Return } from './ready.ts';
import { InTurn, type Rota, SingleActive } from './rota.ts';
import type { Settings } from './settings.ts';

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

/**
 * What else ends a copy: it is on no disk when the broker restarts; somebody purges or deletes its queue; its queue expires, or goes
 * with its last consumer or its owner's connection.
 */
export type Lost = 'restart' | 'purged' | 'deleted' | 'queue expired' | 'auto-deleted' | 'owner gone';

/** What a queue tells of copies that leave it without having been acked. */
export interface QueueEvents {
  gaveUp(queue: Queue, copy: Copy, reason: GivenUp): void;
  lost(queue: Queue, copy: Copy, reason: Lost): void;
  /** Another copy is at its head: `expiresUs` is another. */
  headExpires(queue: Queue): void;
  /** It was full and takes messages again. */
  hasRoom(queue: Queue): void;
  /** Its last consumer has left. */
  unused(queue: Queue): void;
}

/** Who takes copies from a queue. */
export interface Taker {
  readonly priority: number;
  readonly hasRoom: boolean;
  /** Copies that it has been handed and that are not settled. */
  readonly outstanding: number;
  /** Nobody else may take from the queue. */
  readonly isExclusive: boolean;
  take(queue: Queue, copy: Copy): void;
  /** The queue is gone. */
  cancelled(): void;
}

const CONSUMER_TIMEOUT_MS = 1_800_000;

export class Queue {
  readonly #ready: Ready;
  readonly #rota: Rota;
  #sequence = 0;
  #wasFull = false;
  #headUs = Infinity;
  /** Its single active consumer cancelled: the next one is handed nothing until something comes, or comes back. */
  #nextWaits = false;
  /** Dead letters that nobody has taken yet. */
  #retained = 0;
  readonly #takers = new Set<Taker>();
  readonly #limit: Limit;
  /** Why it is gone, and with it all that comes to it or back to it. */
  #goneBy: Lost | undefined;
  unacked = 0;
  /** For the conservation law: enqueued = ready + unacked + settled + gaveUp. */
  readonly totals = { enqueued: 0, settled: 0, gaveUp: 0 };
  readonly deliveryLimit: number | undefined;

  constructor(
    readonly name: string,
    readonly options: Settings,
    readonly events: QueueEvents,
    readonly version: Version = VERSIONS[DEFAULT_PROFILE],
  ) {
    const limit = options.deliveryLimit ?? (this.isQuorum ? version.quorumDeliveryLimit : undefined);
    this.deliveryLimit = limit !== undefined && limit >= 0 ? limit : undefined;
    this.#limit = new Limit(options, this.isQuorum);
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
    return this.#limit.refuses(this.length);
  }

  /** As `isFull`: a classic queue looks at the size of the message too. */
  wouldRefuse(envelope: Envelope): boolean {
    return this.#limit.refusesThis(this.length, envelope);
  }

  enqueue(envelope: Envelope, nowUs: number): void {
    this.totals.enqueued++;
    const copy = this.#copyOf(envelope, nowUs);
    if (this.#goneBy !== undefined) {
      this.#lose(copy);
      return;
    }
    this.#ready.add(copy);
    this.#limit.weigh(copy, 1);
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
    if (this.#goneBy !== undefined) this.#lose(copy);
    else if (isOver) this.#giveUp(copy, 'delivery_limit');
    else {
      this.#ready.putBack(copy, how);
      this.#limit.weigh(copy, 1);
    }
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
    if (this.#goneBy !== undefined) this.#lose(copy);
    else this.#giveUp(copy, 'rejected');
  }

  get takers(): number {
    return this.#takers.size;
  }

  /**
   * Whether one more may take from it: not beside an exclusive consumer, nor an exclusive one beside others. Quorum queues know no
   * exclusive consumers: rabbit_quorum_queue.erl.
   */
  mayTake(isExclusive: boolean): boolean {
    if (this.isQuorum) return true;
    if (isExclusive) return this.#takers.size === 0 && !this.options.singleActiveConsumer;
    return ![...this.#takers].some((taker) => taker.isExclusive);
  }

  addTaker(taker: Taker, nowUs: number): void {
    this.#takers.add(taker);
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
    if (this.#takers.delete(taker) && this.#takers.size === 0) this.events.unused(this);
  }

  /** All that is ready goes. @returns how many messages */
  purge(): number {
    return this.#empty('purged');
  }

  /** It goes, with all that is ready; what comes back goes then. @returns how many messages were ready */
  delete(reason: Lost): number {
    this.#goneBy = reason;
    const takers = [...this.#takers];
    this.#takers.clear();
    for (const taker of takers) {
      this.#rota.remove(taker);
      taker.cancelled();
    }
    return this.#empty(reason);
  }

  get isGone(): boolean {
    return this.#goneBy !== undefined;
  }

  #empty(reason: Lost): number {
    const { length } = this;
    for (let copy = this.#take(); copy; copy = this.#take()) {
      this.totals.gaveUp++;
      this.events.lost(this, copy, reason);
    }
    this.#notice();
    return length;
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
    const copy = this.#take();
    if (!copy) return;
    this.unacked++;
    taker.take(this, copy);
  }

  #take(): Copy | undefined {
    const copy = this.#ready.next();
    if (copy) this.#limit.weigh(copy, -1);
    return copy;
  }

  /** It came back to a queue that is gone. */
  #lose(copy: Copy): void {
    this.totals.gaveUp++;
    this.events.lost(this, copy, this.#goneBy as Lost);
  }

  /** The broker restarts: what is on no disk is lost. A quorum queue writes all to disk, whatever was asked for. */
  restart(): void {
    for (const copy of this.#ready.lose(({ envelope }) => this.wouldLose(envelope))) {
      this.#limit.weigh(copy, -1);
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
    const copy = this.#take();
    if (copy) this.unacked++;
    const { length } = this;
    this.expire(nowUs);
    return copy && { copy, left: this.isQuorum ? length : this.length };
  }

  /** Messages expire at the head only. */
  expire(nowUs: number): void {
    for (const copy of this.#ready.expired(nowUs)) {
      this.#limit.weigh(copy, -1);
      this.#giveUp(copy, 'expired');
    }
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
    while (this.#limit.drops && this.#limit.isPassed(this.length)) this.#giveUp(this.#take() as Copy, 'maxlen');
    this.expire(nowUs);
  }

  /** After each change: who is at the head now; whether a quorum queue is to refuse messages, or may take them again. */
  #notice(): void {
    const { expiresUs } = this;
    if (expiresUs !== this.#headUs) {
      this.#headUs = expiresUs;
      this.events.headExpires(this);
    }
    if (!this.#limit.isSet) return;
    this.#limit.notice(this.length + this.#retained);
    if (this.#wasFull && !this.isFull) this.events.hasRoom(this);
    this.#wasFull = this.isFull;
  }

  #giveUp(copy: Copy, reason: GivenUp): void {
    this.totals.gaveUp++;
    this.events.gaveUp(this, copy, reason);
  }
}
