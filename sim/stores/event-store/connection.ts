/**
 * A process's connection to the event store, with its subscriptions. When it breaks, what was on its way is lost; it comes
 * back by itself, first after 100 ms, then doubling to 5 s, and each subscription goes on behind what it delivered last.
 */
import type { Process } from '../../services/process.ts';
import { Reconnect, type Reconnecting } from '../../services/reconnect.ts';
import type { Recorded, Stored } from './log.ts';
import { observe } from './observe.ts';
import type { EventStoreRuntime } from './runtime.ts';

const LATENCY_US = 400;
/** Events come one behind the other. */
const STEP_US = 150;

export interface SubscribeRequest {
  readonly from: bigint | 'end';
  names(stream: string): boolean;
  next(recorded: Recorded<unknown>): void;
}

/** One call of `subscribe`; it outlives the connections that serve it. */
export class Subscription {
  /** The position behind which it goes on; unknown until the store has said where its end is. */
  cursor: bigint | undefined;
  /** Where it began: with what it has seen, the law that nothing is lost or doubled. */
  begunAt: bigint | undefined;
  readonly seen: bigint[] = [];
  /** The store serves it. */
  isServed = false;
  isOver = false;
  /** Which of its servings what is on its way belongs to. */
  serving = 0;
  /** The index of the event that the store looks at next. */
  index = 0;
  /** When the latest event comes. */
  lastUs = 0;

  constructor(
    readonly connection: StoreConnection,
    readonly request: SubscribeRequest,
  ) {
    if (request.from !== 'end') this.cursor = request.from;
    this.begunAt = this.cursor;
  }
}

export class StoreConnection implements Reconnecting {
  isOpen = true;
  /** How often it broke. */
  drops = 0;
  readonly #subscriptions = new Set<Subscription>();
  readonly #reconnect = new Reconnect(this);

  constructor(
    readonly runtime: EventStoreRuntime,
    readonly process: Process,
  ) {
    process.connections.add(() => this.drop());
  }

  get #world() {
    return this.runtime.simulation.world;
  }

  /** Whether somebody would notice its loss. */
  get observes(): boolean {
    return this.isOpen && this.process.alive && this.hasSubscriptions;
  }

  get hasSubscriptions(): boolean {
    return this.#subscriptions.size > 0;
  }

  subscribe(request: SubscribeRequest): () => void {
    const subscription = new Subscription(this, request);
    this.#subscriptions.add(subscription);
    this.runtime.subscriptions.push(subscription);
    this.#world.spawn(LATENCY_US, () => this.#serve(subscription));
    return () => {
      subscription.isOver = true;
      subscription.isServed = false;
      this.#subscriptions.delete(subscription);
    };
  }

  drop(): void {
    this.isOpen = false;
    this.drops++;
    for (const subscription of this.#subscriptions) subscription.isServed = false;
    this.#world.changed();
    this.#reconnect.later();
  }

  /** Something was appended. */
  appended(): void {
    for (const subscription of this.#subscriptions) this.#send(subscription);
  }

  get isOut(): boolean {
    return this.runtime.availability !== 'up';
  }

  back(): void {
    this.isOpen = true;
    // Polls that gave up for want of a connection look again.
    this.#world.changed();
    for (const subscription of this.#subscriptions) this.#serve(subscription);
  }

  #isWanted({ isOver }: Subscription): boolean {
    return this.process.alive && !isOver;
  }

  #serve(subscription: Subscription): void {
    if (!this.#isWanted(subscription)) return;
    if (this.runtime.availability === 'refusing') this.drop();
    else this.runtime.whenSpeaking(() => this.#begin(subscription));
  }

  #begin(subscription: Subscription): void {
    // Meanwhile the store may have been silent.
    if (!this.isOpen || !this.#isWanted(subscription)) return;
    const { log } = this.runtime;
    subscription.cursor ??= log.end;
    subscription.begunAt ??= subscription.cursor;
    subscription.isServed = true;
    subscription.serving++;
    subscription.index = log.indexBehind(subscription.cursor);
    this.#send(subscription);
  }

  /** Sends what the subscription has not been sent yet; what is there and what comes later go the same way. */
  #send(subscription: Subscription): void {
    if (!subscription.isServed) return;
    const world = this.#world;
    const { all } = this.runtime.log;
    for (; subscription.index < all.length; subscription.index++) {
      const stored = all[subscription.index] as Stored;
      if (!subscription.request.names(stored.recorded.stream)) continue;
      const lateUs = this.runtime.lateness(this.process, stored);
      const dueUs = Math.max(subscription.lastUs + STEP_US, world.nowUs + LATENCY_US + lateUs);
      subscription.lastUs = dueUs;
      const { serving } = subscription;
      world.spawn(dueUs - world.nowUs, () =>
        this.runtime.whenSpeaking(() => this.#arrive(subscription, serving, stored)),
      );
    }
  }

  #arrive(subscription: Subscription, serving: number, stored: Stored): void {
    if (!subscription.isServed || subscription.serving !== serving || !this.process.alive) return;
    const pausedUs = this.process.pausedUntilUs - this.#world.nowUs;
    if (pausedUs > 0) {
      this.#world.spawn(pausedUs, () => this.#arrive(subscription, serving, stored));
      return;
    }
    const { position } = stored.recorded;
    subscription.cursor = position;
    subscription.seen.push(position);
    observe(this, stored, (recorded) => subscription.request.next(recorded));
  }
}
