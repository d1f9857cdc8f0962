/**
 * A process's connection to the queue broker, with its consumers, each on a channel of its own. What breaks it requeues all
 * that was unacked; the connection comes back by itself, first after 100 ms, then doubling to 5 s, and consumes again.
 */
import type { Subscriber } from 'rxjs';
import { EddyError } from '../../errors.ts';
import type { Context, Moment } from '../../kernel/context.ts';
import { HEARTBEAT_US, type Process } from '../../services/process.ts';
import { Reconnect, type Reconnecting } from '../../services/reconnect.ts';
import { Channel, type Delivered } from './channel.ts';
import type { Consumer } from './consumer.ts';
import { deliver, type Delivery } from './delivery.ts';
import { Flow } from './flow.ts';
import type { Link } from './link.ts';
import type { LiveDelivery } from './live.ts';
import { noteCancelled, watchOverdue } from './overdue.ts';
import type { Queue } from './queue.ts';
import type { QueueRuntime } from './runtime.ts';
import type { Owner } from './topology/topology.ts';

/** How soon a client opens a channel again that it lost alone. */
const REOPEN_US = 100_000;
const LATENCY_US = 400;

/** One subscription to a queue; it outlives the channels that serve it. */
export interface Subscription {
  readonly queue: string;
  readonly prefetch: number;
  readonly priority: number;
  readonly subscriber: Subscriber<Delivery<unknown>>;
  readonly context: Context;
  channel: Channel | undefined;
  consumer: Consumer | undefined;
  /** When the latest delivery comes: the next one comes no earlier. */
  lastUs: number;
}

export class Connection implements Link, Reconnecting, Owner {
  readonly user = 'guest';
  isOpen = true;
  /** Nothing passes any more, though both sides think it open. */
  isHalfOpen = false;
  /** How often it has broken. */
  losses = 0;
  #flow = new Flow();
  /** Of items of the workload. */
  readonly #producers = new WeakMap<Moment, Flow>();
  readonly #subscriptions = new Set<Subscription>();
  /** Those of consumers that cancelled: what was on its way to them then is theirs until they close. */
  readonly #left = new Set<Channel>();
  readonly #live = new Set<LiveDelivery>();
  readonly #reconnect = new Reconnect(this);

  constructor(
    readonly runtime: QueueRuntime,
    readonly process: Process,
  ) {
    process.connections.add(() => {
      // That the process is gone is not heard of over a half-open connection either.
      if (!this.isHalfOpen) this.drop();
    });
  }

  get label(): string {
    return this.process.label;
  }

  get #world() {
    return this.runtime.simulation.world;
  }

  /** Whether somebody at the other end would notice its loss. */
  get consumes(): boolean {
    return this.isOpen && this.process.alive && this.#subscriptions.size > 0;
  }

  get hasConsumers(): boolean {
    return this.#subscriptions.size > 0;
  }

  /** The items of a workload come from as many producers, among whom no order is kept. */
  flowOf(moment: Moment): Flow {
    if (moment.ref.at !== 'send') return this.#flow;
    let flow = this.#producers.get(moment);
    if (!flow) this.#producers.set(moment, (flow = new Flow()));
    return flow;
  }

  subscribe(subscription: Subscription): () => void {
    this.#subscriptions.add(subscription);
    this.#world.spawn(LATENCY_US, () => this.#open(subscription));
    return () => {
      // A dead process cancels nothing: its channels close with the connection, which requeues what they had.
      if (!this.process.alive) return;
      this.#subscriptions.delete(subscription);
      const { channel, consumer } = subscription;
      if (!channel?.isOpen || !consumer) return;
      channel.cancel(consumer);
      this.#left.add(channel);
    };
  }

  /** The connection breaks: every channel closes, and the process connects again if it lives. */
  drop(): void {
    this.isOpen = false;
    this.isHalfOpen = false;
    this.losses++;
    this.#flow = new Flow();
    for (const { channel } of this.#subscriptions) channel?.close();
    for (const channel of this.#left) channel.close();
    this.#left.clear();
    for (const live of this.#live) live.delivered.channel?.close();
    this.#live.clear();
    this.runtime.broker.topology.ownerGone(this);
    this.#world.changed();
    this.#reconnect.later();
  }

  /** Both sides give it up when their heartbeats fail. */
  goHalfOpen(): void {
    if (this.isHalfOpen) return;
    this.isHalfOpen = true;
    const { losses } = this;
    this.#world.disturbFor(HEARTBEAT_US, () => {
      if (this.losses === losses) this.drop();
    });
  }

  /** One channel is lost; the others go on. */
  dropChannel(subscription: Subscription): void {
    subscription.channel?.close();
    this.#world.changed();
    this.#world.spawn(REOPEN_US, () => this.#open(subscription));
  }

  settled(live: LiveDelivery): void {
    this.#live.delete(live);
  }

  unfinished(): readonly string[] {
    if (!this.process.alive) return [];
    return [...this.#live].filter((live) => live.isOpen).map((live) => live.saysWhatItWaitsFor());
  }

  get isOut(): boolean {
    return this.runtime.isOut;
  }

  back(): void {
    this.isOpen = true;
    // Polls that gave up for want of a connection look again.
    this.#world.changed();
    for (const subscription of this.#subscriptions) this.#open(subscription);
  }

  #open(subscription: Subscription): void {
    if (!this.process.alive || !this.#subscriptions.has(subscription) || subscription.channel?.isOpen) return;
    if (this.runtime.availability === 'refusing') {
      if (this.isOpen) this.drop();
      return;
    }
    if (!this.isOpen) return;
    const world = this.#world;
    subscription.channel = new Channel(() => world.nowUs);
    this.#consume(subscription, subscription.channel);
  }

  #consume(subscription: Subscription, channel: Channel): void {
    const queue = this.#queueFor(subscription.queue);
    if (queue instanceof EddyError) {
      // Which ends the subscription.
      this.#world.enterContext(subscription.context, () => subscription.subscriber.error(queue));
      return;
    }
    // Copies are handed out while `consume` still runs, so the consumer is known to the subscription only afterwards.
    const { prefetch, priority } = subscription;
    subscription.consumer = channel.consume(
      queue,
      { prefetch, priority },
      (delivered) => this.#carry(subscription, channel, delivered),
      () => this.#cancelled(subscription, channel),
    );
  }

  /** @returns why it may not consume from it, where it may not: others have deleted it, or have it for themselves */
  #queueFor(name: string): Queue | EddyError {
    const { broker } = this.runtime;
    const queue = broker.find(name);
    if (!queue) return new EddyError('EDDY_NO_SUCH_QUEUE', `There is no queue "${name}" any more`, { queue: name });
    if (!broker.topology.mayUse(queue, this))
      return new EddyError('EDDY_RESOURCE_LOCKED', `Queue "${name}" is another connection's alone`, { queue: name });
    if (!queue.mayTake(false))
      return new EddyError('EDDY_ACCESS_REFUSED', `Queue "${name}" is in exclusive use`, { queue: name });
    return queue;
  }

  /** The broker has cancelled the consumer, which consumes again; what else it has in flight stays with it. */
  #cancelled(subscription: Subscription, channel: Channel): void {
    noteCancelled(this.runtime, this.process, subscription.queue);
    this.#world.spawn(REOPEN_US, () => {
      if (channel.isOpen && this.process.alive && this.#subscriptions.has(subscription))
        this.#consume(subscription, channel);
    });
  }

  /** A copy travels to the process; in order, one after the other. */
  #carry(subscription: Subscription, channel: Channel, delivered: Delivered): void {
    const world = this.#world;
    const dueUs = Math.max(subscription.lastUs, world.nowUs + LATENCY_US);
    subscription.lastUs = dueUs;
    watchOverdue(this.runtime, this.process, channel, {
      queue: subscription.queue,
      closed: () => this.dropChannel(subscription),
    });
    world.spawn(dueUs - world.nowUs, () =>
      this.runtime.whenSpeaking(() => this.#arrive(subscription, channel, delivered)),
    );
  }

  #arrive(subscription: Subscription, channel: Channel, delivered: Delivered): void {
    if (!channel.isOpen || !this.process.alive || this.isHalfOpen) return;
    const pausedUs = this.process.pausedUntilUs - this.#world.nowUs;
    if (pausedUs > 0) {
      this.#world.spawn(pausedUs, () => this.#arrive(subscription, channel, delivered));
      return;
    }
    deliver(this, subscription, { ...delivered, channel }, (live) => this.#live.add(live));
  }
}
