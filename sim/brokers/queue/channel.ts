/**
 * A channel: delivery tags counted from 1, what is outstanding under them, and the consumers on it. Tags mean nothing
 * outside their channel. Settling a tag that the channel does not know closes the channel, which requeues all that is
 * outstanding. Source: RabbitMQ documentation, "Consumer Acknowledgements and Publisher Confirms"; AMQP 0-9-1.
 */
import { EddyError } from '../../errors.ts';
import type { Copy, Queue, Taker } from './queue.ts';

/** A quorum queue's consumer without a prefetch is still limited. Source: RabbitMQ documentation, "Quorum Queues". */
const QUORUM_UNLIMITED = 2000;

export interface Delivered {
  readonly tag: number;
  readonly copy: Copy;
  readonly queue: Queue;
  readonly redelivered: boolean;
}

interface Outstanding {
  readonly copy: Copy;
  readonly queue: Queue;
  readonly consumer: Consumer | undefined;
  readonly sinceUs: number;
  /** The queue took it back in between: the client does not know, and settles nothing. */
  takenBack: boolean;
}

/** How often a channel looks whether something that it handed out is overdue. */
const LOOK_US = 60_000_000;

export class Consumer implements Taker {
  outstanding = 0;
  /** Beyond its prefetch. */
  extraRoom = 0;
  readonly #limit: number;

  constructor(
    readonly channel: Channel,
    readonly queue: Queue,
    readonly options: { readonly prefetch: number; readonly autoAck: boolean; readonly priority: number },
    readonly deliver: (delivered: Delivered) => void,
    /** The broker cancels it. */
    readonly onCancel: () => void = () => {},
  ) {
    const unlimited = queue.options.type === 'quorum' ? QUORUM_UNLIMITED : Infinity;
    this.#limit = options.autoAck ? Infinity : options.prefetch === 0 ? unlimited : options.prefetch;
  }

  get priority(): number {
    return this.options.priority;
  }

  get hasRoom(): boolean {
    return this.channel.isOpen && this.outstanding < this.#limit + this.extraRoom;
  }

  take(queue: Queue, copy: Copy): void {
    this.deliver(this.channel.handOut(queue, copy, this));
  }
}

export class Channel {
  isOpen = true;
  /** Why it was closed, if it was closed by an error. */
  closedBy: EddyError | undefined;
  /** Somebody will call `findOverdue`. */
  isWatched = false;
  #tag = 0;
  readonly #outstanding = new Map<number, Outstanding>();
  readonly #consumers = new Set<Consumer>();
  readonly #openedUs: number;

  constructor(
    /** Virtual time in microseconds. */
    readonly nowUs: () => number,
    readonly onClose: (channel: Channel) => void = () => {},
  ) {
    this.#openedUs = nowUs();
  }

  get outstanding(): number {
    return this.#outstanding.size;
  }

  consume(
    queue: Queue,
    options: { prefetch: number; autoAck?: boolean; priority?: number },
    deliver: (delivered: Delivered) => void,
    onCancel?: () => void,
  ): Consumer {
    const consumer = new Consumer(
      this,
      queue,
      { prefetch: options.prefetch, autoAck: options.autoAck ?? false, priority: options.priority ?? 0 },
      deliver,
      onCancel,
    );
    this.#consumers.add(consumer);
    queue.addTaker(consumer, this.nowUs());
    return consumer;
  }

  /** No more deliveries; those in flight stay outstanding. */
  cancel(consumer: Consumer): void {
    this.#consumers.delete(consumer);
    consumer.queue.cancelTaker(consumer, this.nowUs());
  }

  /** `basic.get` */
  get(queue: Queue, options: { autoAck?: boolean } = {}): (Delivered & { readonly left: number }) | undefined {
    const got = queue.get(this.nowUs());
    return got && { ...this.handOut(queue, got.copy, undefined, options.autoAck), left: got.left };
  }

  handOut(
    queue: Queue,
    copy: Copy,
    consumer: Consumer | undefined,
    autoAck = consumer?.options.autoAck ?? false,
  ): Delivered {
    const tag = ++this.#tag;
    const delivered: Delivered = { tag, copy, queue, redelivered: copy.redelivered };
    if (autoAck) queue.settled();
    else {
      this.#outstanding.set(tag, { copy, queue, consumer, sinceUs: this.nowUs(), takenBack: false });
      if (consumer) consumer.outstanding++;
    }
    return delivered;
  }

  /**
   * @returns whether it settled anything: not what the queue has taken back meanwhile
   * @throws EddyError EDDY_PRECONDITION_FAILED for a tag that is not outstanding; the channel is closed then
   */
  ack(tag: number, multiple = false): boolean {
    const settled = this.#settle(tag, multiple);
    for (const { queue } of settled) {
      queue.settled();
      queue.dispatchSettled(this.nowUs());
    }
    return settled.length > 0;
  }

  /** @returns and throws as `ack` */
  nack(tag: number, options: { multiple?: boolean; requeue?: boolean } = {}): boolean {
    return this.#giveBack('nacked', tag, options);
  }

  /** `basic.reject`: one tag; a requeue counts as a failed delivery, whatever the version. @returns and throws as `ack` */
  reject(tag: number, options: { requeue?: boolean } = {}): boolean {
    return this.#giveBack('rejected', tag, options);
  }

  #giveBack(how: 'nacked' | 'rejected', tag: number, options: { multiple?: boolean; requeue?: boolean }): boolean {
    const { multiple = false, requeue = true } = options;
    const settled = this.#settle(tag, multiple);
    for (const { queue, copy, consumer } of settled) {
      if (requeue) {
        const isGivenUp = !queue.takeBack(copy, how);
        if (isGivenUp && consumer && queue.isQuorum && queue.version.limitAddsRoom) consumer.extraRoom++;
      } else queue.reject(copy);
    }
    // Only when all are back in their places may one of them go out again.
    for (const queue of queuesOf(settled)) {
      if (requeue) queue.dispatchReturned(this.nowUs());
      else queue.dispatchSettled(this.nowUs());
    }
    return settled.length > 0;
  }

  /** When something is next found to be overdue, if nothing more is settled; `Infinity`: never. */
  get overdueUs(): number {
    let firstUs = Infinity;
    for (const { queue, sinceUs, takenBack } of this.#outstanding.values()) {
      const atUs = sinceUs + queue.timeoutUs;
      if (takenBack || atUs === Infinity) continue;
      // A channel looks at the oldest alone, and once a minute.
      if (queue.version.overdue === 'closes the channel')
        return this.#openedUs + (Math.floor((atUs - this.#openedUs) / LOOK_US) + 1) * LOOK_US;
      firstUs = Math.min(firstUs, atUs);
    }
    return firstUs;
  }

  /** Time has gone on: what is overdue by now closes the channel, or is taken back and its consumer cancelled. */
  findOverdue(): void {
    if (!this.isOpen || this.overdueUs > this.nowUs()) return;
    const late = [...this.#outstanding.values()].filter((each) => this.#isLate(each));
    if (late.every(({ queue }) => queue.version.overdue === 'closes the channel')) {
      const says = 'PRECONDITION_FAILED - delivery acknowledgement on the channel timed out';
      this.close(new EddyError('EDDY_PRECONDITION_FAILED', says));
      return;
    }
    for (const each of late) {
      each.takenBack = true;
      if (each.consumer) each.consumer.outstanding--;
      each.queue.takeBack(each.copy, 'overdue');
    }
    const consumers = new Set(late.flatMap(({ consumer }) => consumer ?? []));
    for (const consumer of consumers) {
      this.#consumers.delete(consumer);
      consumer.queue.removeTaker(consumer);
    }
    for (const queue of queuesOf(late)) queue.dispatchReturned(this.nowUs());
    for (const consumer of consumers) consumer.onCancel();
  }

  #isLate({ queue, sinceUs, takenBack }: Outstanding): boolean {
    return !takenBack && sinceUs + queue.timeoutUs <= this.nowUs();
  }

  close(error?: EddyError): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.closedBy = error;
    const back = [...this.#outstanding.values()].filter(({ takenBack }) => !takenBack);
    this.#outstanding.clear();
    for (const { queue, copy } of back) queue.takeBack(copy, 'lost');
    for (const consumer of this.#consumers) consumer.queue.removeTaker(consumer);
    const left = queuesOf([...back, ...this.#consumers]);
    this.#consumers.clear();
    for (const queue of left) queue.dispatchReturned(this.nowUs());
    this.onClose(this);
  }

  #settle(tag: number, multiple: boolean): Outstanding[] {
    if (!this.isOpen) throw new EddyError('EDDY_CHANNEL_CLOSED', 'The channel is closed');
    const tags = multiple ? [...this.#outstanding.keys()].filter((each) => each <= tag || tag === 0) : [tag];
    // With `multiple`, 0 means all that is outstanding; any other tag must be one that is.
    if (!(multiple && tag === 0) && !this.#outstanding.has(tag)) {
      const error = new EddyError('EDDY_PRECONDITION_FAILED', `PRECONDITION_FAILED - unknown delivery tag ${tag}`, {
        tag,
      });
      this.close(error);
      throw error;
    }
    return tags.flatMap((each) => {
      const found = this.#outstanding.get(each) as Outstanding;
      this.#outstanding.delete(each);
      if (found.takenBack) return [];
      if (found.consumer) found.consumer.outstanding--;
      return [found];
    });
  }
}

function queuesOf(those: readonly { readonly queue: Queue }[]): ReadonlySet<Queue> {
  return new Set(those.map(({ queue }) => queue));
}
