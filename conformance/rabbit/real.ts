/**
 * Plays a sequence on a real broker. After each step it waits until nothing changes any more: a call on each channel is
 * answered behind all deliveries that were sent before it, and the queues tell how many messages are ready; both stay
 * the same for a while.
 */
import type { Channel, ChannelModel, ConfirmChannel, GetMessage, Message } from 'amqplib';
import { Clients, type Slot } from './clients.ts';
import { declare, Names, remove } from './declare.ts';
import { EXCHANGE, type Operation, type Sequence, TTL_MS } from './sequence.ts';
import { type Action, CHANNELS, type Sent, type Step, type Trace } from './trace.ts';

/** A burst of steps ends well before what it published first may expire. */
const BURST_MS = TTL_MS - 150;
const LATE_MS = TTL_MS - 25;
/** Whatever expires, and expires again where it was dead-lettered to, has gone by then. */
const EXPIRED_MS = 3 * TTL_MS + 150;
const CONSUMERS_MAX = 6;
const UNKNOWN_TAG = 9999;
const CONFIRMED_WITHIN_MS = 10_000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface Played {
  readonly trace: Trace;
  /** Whether it was cut because a step took so long that something may have expired in its midst. */
  readonly cut: boolean;
}

type Settle = Extract<Operation, { do: 'settle' }>;

export class RealPlayer {
  readonly #clients: Clients;
  readonly #names: Names;
  readonly #queues: readonly string[];
  readonly #steps: Step[] = [];
  readonly #consumers = new Map<number, { on: number; channel: Channel; tag: string }>();
  #consumed = 0;
  #published = 0;
  #startMs = 0;
  #burstMs = 0;

  constructor(
    readonly sequence: Sequence,
    readonly o: {
      control: Channel;
      connect: () => Promise<ChannelModel>;
      prefix: string;
      version: string;
      quietMs: number;
    },
  ) {
    this.#clients = new Clients(o.connect);
    this.#names = new Names(o.prefix);
    this.#queues = Object.keys(sequence.shape.queues);
  }

  async play(): Promise<Played> {
    const { shape, seed, operations } = this.sequence;
    await declare(this.o.control, shape, this.#names);
    await this.#clients.mend();
    this.#startMs = performance.now();
    this.#burstMs = this.#startMs;
    let cut = false;
    try {
      for (const operation of operations) {
        cut = !(await this.#play(operation));
        if (cut) break;
      }
      await remove(this.o.control, shape, this.#names);
    } finally {
      await this.#clients.close();
    }
    return { trace: { seed, version: this.o.version, shape, steps: this.#steps }, cut };
  }

  /** False: it took too long to be told from what expires. */
  async #play(operation: Operation): Promise<boolean> {
    if (this.sequence.expires && operation.do !== 'wait' && performance.now() - this.#burstMs > BURST_MS) {
      if (!(await this.#step({ do: 'wait', ms: EXPIRED_MS }))) return false;
    }
    const action = this.#actionOf(operation);
    return action === undefined || this.#step(action);
  }

  async #step(action: Action): Promise<boolean> {
    const isWait = action.do === 'wait';
    const atMs = Math.round(performance.now() - this.#startMs);
    await this.#do(action);
    const ready = await this.#settled();
    const isLate = this.sequence.expires && !isWait && performance.now() - this.#burstMs > LATE_MS;
    if (isLate) return false;
    this.#steps.push({ atMs, action, seen: this.#clients.slots.map((slot) => slot.seen), ready });
    for (const slot of this.#clients.slots) slot.seen = [];
    for (const [n, { channel, on }] of this.#consumers) {
      if (this.#clients.slot(on).channel !== channel) this.#consumers.delete(n);
    }
    await this.#clients.mend();
    if (isWait) this.#burstMs = performance.now();
    return true;
  }

  /** What is asked for, in terms of what there is; undefined where there is nothing to do it to. */
  #actionOf(operation: Operation): Action | undefined {
    switch (operation.do) {
      case 'publish':
        return { do: 'publish', on: operation.on, messages: this.#messages(operation) };
      case 'consume': {
        const { on, queue, autoAck, priority } = operation;
        if (this.#consumers.size >= CONSUMERS_MAX) return undefined;
        // With auto-ack too a quorum queue's consumer has no room until its channel has settled: a race.
        const prefetch = autoAck && this.#isQuorum(queue) ? 0 : operation.prefetch;
        return { do: 'consume', on, consumer: this.#consumed++, queue, prefetch, autoAck, priority };
      }
      case 'settle':
        return this.#settleOf(operation);
      case 'cancel': {
        const consumer = [...this.#consumers.keys()][operation.pick % Math.max(1, this.#consumers.size)];
        return consumer === undefined
          ? undefined
          : { do: 'cancel', on: this.#consumers.get(consumer)?.on ?? 0, consumer };
      }
      case 'get':
        return this.#mayGet(operation.queue) ? operation : undefined;
      case 'wait':
        return { do: 'wait', ms: EXPIRED_MS };
      default:
        return operation;
    }
  }

  /** `basic.get` from a quorum queue with a single active consumer is refused; Eddy has no such call. */
  #mayGet(queue: string): boolean {
    return !(this.#isQuorum(queue) && this.sequence.shape.queues[queue]?.singleActiveConsumer);
  }

  #isQuorum(queue: string): boolean {
    return this.sequence.shape.queues[queue]?.type === 'quorum';
  }

  #messages({ to, count, mandatory, expires, priority, persistent }: Extract<Operation, { do: 'publish' }>): Sent[] {
    const target = 'queue' in to ? { exchange: '', key: to.queue } : { exchange: EXCHANGE, ...to };
    return Array.from({ length: count }, () => ({
      id: `m${this.#published++}`,
      ...target,
      ...(mandatory ? { mandatory } : {}),
      ...(expires ? { expirationMs: TTL_MS } : {}),
      ...(priority === undefined ? {} : { priority }),
      ...(persistent ? { persistent } : {}),
    }));
  }

  #settleOf({ on, how, which, pick, multiple, requeue }: Settle): Action | undefined {
    let slot = this.#clients.slot(on);
    for (let n = 1; slot.outstanding.size === 0 && n < CHANNELS; n++) slot = this.#clients.slot((on + n) % CHANNELS);
    const tags = [...(which === 'settled' ? slot.settled : slot.outstanding)];
    const tag = which === 'unknown' ? UNKNOWN_TAG : which === 'all' ? 0 : tags[pick % Math.max(1, tags.length)];
    if (tag === undefined) return undefined;
    if (how === 'reject' && which !== 'all') return { do: 'reject', on: slot.on, tag, requeue };
    const all = multiple || which === 'all';
    return how === 'ack'
      ? { do: 'ack', on: slot.on, tag, multiple: all }
      : { do: 'nack', on: slot.on, tag, multiple: all, requeue };
  }

  async #do(action: Action): Promise<void> {
    if (action.do === 'wait') return sleep(action.ms);
    if (action.do === 'drop') return this.#clients.drop(action.connection, action.abrupt);
    const slot = this.#clients.slot(action.on);
    const channel = slot.channel as ConfirmChannel;
    switch (action.do) {
      case 'publish':
        for (const message of action.messages) this.#publish(slot, channel, message);
        return;
      case 'consume':
        return this.#consume(slot, channel, action);
      case 'get': {
        const got = await channel.get(this.#names.real(action.queue), { noAck: action.autoAck });
        slot.seen.push(
          got ? ['got', (got as GetMessage).fields.messageCount, ...slot.hold(got, action.autoAck)] : ['nothing'],
        );
        return;
      }
      case 'cancel': {
        const consumer = this.#consumers.get(action.consumer);
        this.#consumers.delete(action.consumer);
        if (consumer) await channel.cancel(consumer.tag);
        return;
      }
      case 'close':
        slot.channel = undefined;
        return channel.close();
      default:
        this.#settle(slot, channel, action);
    }
  }

  #settle(slot: Slot, channel: Channel, action: Extract<Action, { do: 'ack' | 'nack' | 'reject' }>): void {
    const message = { fields: { deliveryTag: action.tag } } as Message;
    slot.settle(action.tag, action.do !== 'reject' && action.multiple);
    if (action.do === 'ack') channel.ack(message, action.multiple);
    else if (action.do === 'nack') channel.nack(message, action.multiple, action.requeue);
    else channel.reject(message, action.requeue);
  }

  #publish(slot: Slot, channel: ConfirmChannel, message: Sent): void {
    const { id, exchange, key, headers, mandatory, expirationMs, priority, persistent } = message;
    const options = {
      messageId: id,
      headers: { ...headers },
      mandatory: mandatory === true,
      persistent: persistent === true,
      ...(expirationMs === undefined ? {} : { expiration: String(expirationMs) }),
      ...(priority === undefined ? {} : { priority }),
    };
    const real = exchange === '' ? ['', this.#names.real(key)] : [this.#names.real(exchange), key];
    const body = Buffer.from(id);
    if (!('waitForConfirms' in channel)) {
      (channel as Channel).publish(real[0] as string, real[1] as string, body, options);
      return;
    }
    slot.unconfirmed++;
    channel.publish(real[0] as string, real[1] as string, body, options, (error: unknown) => {
      slot.unconfirmed--;
      if (slot.channel === channel) slot.seen.push([error ? 'nacked' : 'confirmed', id]);
    });
  }

  async #consume(slot: Slot, channel: Channel, action: Extract<Action, { do: 'consume' }>): Promise<void> {
    const { consumer, queue, prefetch, autoAck, priority } = action;
    await channel.prefetch(prefetch);
    const tag = `c${consumer}`;
    await channel.consume(
      this.#names.real(queue),
      (message) => {
        if (message && slot.channel === channel)
          slot.seen.push(['delivered', consumer, ...slot.hold(message, autoAck)]);
      },
      { noAck: autoAck, consumerTag: tag, ...(priority === 0 ? {} : { priority }) },
    );
    this.#consumers.set(consumer, { on: slot.on, channel, tag });
  }

  /** Waits until nothing changes any more; how many messages are ready in each queue then. */
  async #settled(): Promise<readonly number[]> {
    const { quietMs, control } = this.o;
    const untilMs = performance.now() + CONFIRMED_WITHIN_MS;
    let before = '';
    let sinceMs = performance.now();
    for (let rounds = 0; ; rounds++) {
      await Promise.all(this.#clients.slots.map(({ channel }) => channel?.checkExchange('amq.direct').catch(() => {})));
      const counts = await Promise.all(
        this.#queues.map(async (name) => (await control.checkQueue(this.#names.real(name))).messageCount),
      );
      const { slots } = this.#clients;
      const now = `${counts.join(' ')} ${slots.map(({ seen }) => seen.length).join(' ')}`;
      const nowMs = performance.now();
      const waits = slots.some(({ unconfirmed, channel }) => channel && unconfirmed > 0) && nowMs < untilMs;
      if (now === before && !waits && rounds > 1 && nowMs - sinceMs >= quietMs) return counts;
      if (now !== before) sinceMs = nowMs;
      before = now;
      if (quietMs > 0 && rounds > 1) await sleep(Math.max(1, quietMs / 3));
    }
  }
}
