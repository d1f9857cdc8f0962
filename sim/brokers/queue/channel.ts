/**
 * A channel: delivery tags counted from 1, what is outstanding under them, and the consumers on it. Tags mean nothing
 * outside their channel. Settling a tag that the channel does not know closes the channel, which requeues all that is
 * outstanding. Source: RabbitMQ documentation, "Consumer Acknowledgements and Publisher Confirms"; AMQP 0-9-1.
 */
import { EddyError } from '../../errors.ts';
import { Consumer } from './consumer.ts';
import { SharedPrefetch } from './prefetch.ts';
import type { Copy, Queue } from './queue.ts';
import { inWords, refusal } from './refusal.ts';
import { Transaction } from './transaction.ts';

export interface Delivered {
  readonly tag: number;
  readonly copy: Copy;
  readonly queue: Queue;
  readonly redelivered: boolean;
}

interface Outstanding {
  readonly tag: number;
  readonly copy: Copy;
  readonly queue: Queue;
  readonly consumer: Consumer | undefined;
  readonly sinceUs: number;
  /** The queue took it back in between: the client does not know, and settles nothing. */
  takenBack: boolean;
}

/** How often a channel looks whether something that it handed out is overdue. */
const LOOK_US = 60_000_000;

type Settle = 'ack' | 'nacked' | 'rejected';

/** What a client settles with one call. */
interface Settled {
  readonly how: Settle;
  readonly requeue: boolean;
  readonly entries: readonly Outstanding[];
}

/** What a client says of a consumer. */
export interface Consuming {
  /** Default: what `qos` said last. */
  readonly prefetch?: number;
  readonly autoAck?: boolean;
  readonly priority?: number;
  /** Nobody else may consume from the queue. */
  readonly exclusive?: boolean;
  readonly tag?: string;
}

export class Channel {
  isOpen = true;
  /** Why it was closed, if it was closed by an error. */
  closedBy: EddyError | undefined;
  /** Somebody will call `findOverdue`. */
  isWatched = false;
  /** What all its consumers share. */
  readonly shared = new SharedPrefetch();
  #tag = 0;
  #prefetch = 0;
  #confirms = false;
  #transaction: Transaction<Settled> | undefined;
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

  /** It holds nothing of the broker's: its end changes nothing for others. */
  get isUnused(): boolean {
    return this.#outstanding.size === 0 && this.#consumers.size === 0 && !this.#transaction;
  }

  /**
   * `basic.qos`: the prefetch of later consumers, or with `global` one that all of them share.
   * Source: rabbit_channel.erl: without `global` the shared one ends.
   */
  qos(count: number, { global = false }: { readonly global?: boolean } = {}): void {
    const hadRoom = this.shared.hasRoom;
    this.shared.set(global ? count : 0, this.outstanding);
    if (!global) this.#prefetch = count;
    if (!hadRoom) this.#serveShared();
  }

  /** @throws EddyError EDDY_ACCESS_REFUSED, EDDY_NOT_ALLOWED, EDDY_NOT_IMPLEMENTED */
  consume(queue: Queue, o: Consuming, deliver: (delivered: Delivered) => void, onCancel?: () => void): Consumer {
    const { prefetch = this.#prefetch, autoAck = false, priority = 0, exclusive = false, tag = '' } = o;
    const options = { prefetch, autoAck, priority, isExclusive: exclusive, tag };
    this.checkTag(tag);
    const what = inWords('queue', queue.name);
    if (this.shared.isSet && queue.isQuorum) throw refusal('NOT_IMPLEMENTED', `${what} does not support global qos`);
    if (!queue.mayTake(exclusive)) throw refusal('ACCESS_REFUSED', `${what} in exclusive use`);
    const consumer = new Consumer(this, queue, options, deliver, onCancel);
    this.#consumers.add(consumer);
    queue.addTaker(consumer, this.nowUs());
    return consumer;
  }

  /** Asked before the queue is: a tag is used once at a time. @throws EddyError EDDY_NOT_ALLOWED */
  checkTag(tag: string): void {
    if (tag !== '' && this.#consumerOf(tag)) throw refusal('NOT_ALLOWED', `attempt to reuse consumer tag '${tag}'`);
  }

  /** No more deliveries; those in flight stay outstanding. */
  cancel(consumer: Consumer): void {
    this.#consumers.delete(consumer);
    consumer.queue.cancelTaker(consumer, this.nowUs());
  }

  /** As `cancel`. @returns whether there was such a consumer */
  cancelTag(tag: string): boolean {
    const consumer = this.#consumerOf(tag);
    if (consumer) this.cancel(consumer);
    return consumer !== undefined;
  }

  #consumerOf(tag: string): Consumer | undefined {
    return [...this.#consumers].find(({ options }) => options.tag === tag);
  }

  /** The broker has cancelled it. */
  forget(consumer: Consumer): void {
    this.#consumers.delete(consumer);
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
      this.#outstanding.set(tag, { tag, copy, queue, consumer, sinceUs: this.nowUs(), takenBack: false });
      if (consumer) {
        consumer.outstanding++;
        this.shared.handedOut();
      }
    }
    return delivered;
  }

  /**
   * @returns whether it settled anything: not what the queue has taken back meanwhile
   * @throws EddyError EDDY_PRECONDITION_FAILED for a tag that is not outstanding; the channel is closed then
   */
  ack(tag: number, multiple = false): boolean {
    return this.#settle({ how: 'ack', requeue: false, entries: this.#collect(tag, multiple) });
  }

  /** @returns and throws as `ack` */
  nack(tag: number, { multiple = false, requeue = true }: { multiple?: boolean; requeue?: boolean } = {}): boolean {
    return this.#settle({ how: 'nacked', requeue, entries: this.#collect(tag, multiple) });
  }

  /** `basic.reject`: one tag; a requeue counts as a failed delivery, whatever the version. @returns and throws as `ack` */
  reject(tag: number, { requeue = true }: { requeue?: boolean } = {}): boolean {
    return this.#settle({ how: 'rejected', requeue, entries: this.#collect(tag, false) });
  }

  /** `basic.recover`: all that is outstanding comes back, to whoever has room. */
  recover(): void {
    const entries = [...this.#outstanding.values()].filter(({ takenBack }) => !takenBack);
    this.#outstanding.clear();
    this.#apply({ how: 'nacked', requeue: true, entries });
  }

  /** In a transaction what is settled takes effect when it commits. */
  #settle(settled: Settled): boolean {
    if (this.#transaction) this.#transaction.settle(settled);
    else this.#apply(settled);
    return settled.entries.length > 0;
  }

  #apply({ how, requeue, entries: settled }: Settled): void {
    const hadRoom = this.shared.hasRoom;
    for (const { consumer } of settled) {
      if (!consumer) continue;
      consumer.outstanding--;
      this.shared.settled();
    }
    if (how === 'ack') {
      for (const { queue } of settled) {
        queue.settled();
        queue.dispatchSettled(this.nowUs());
      }
    } else this.#giveBack(how, requeue, settled);
    if (!hadRoom) this.#serveShared();
  }

  #giveBack(how: Exclude<Settle, 'ack'>, requeue: boolean, settled: readonly Outstanding[]): void {
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
  }

  /** The prefetch that all share has room again: whichever queue something waits in. */
  #serveShared(): void {
    if (!this.shared.hasRoom) return;
    for (const queue of queuesOf([...this.#consumers])) queue.dispatchSettled(this.nowUs());
  }

  /** `confirm.select` @throws EddyError EDDY_PRECONDITION_FAILED */
  selectConfirms(): void {
    if (this.#transaction) throw refusal('PRECONDITION_FAILED', 'cannot switch from tx to confirm mode');
    this.#confirms = true;
  }

  /** `tx.select` @throws EddyError EDDY_PRECONDITION_FAILED */
  selectTransactions(): void {
    if (this.#confirms) throw refusal('PRECONDITION_FAILED', 'cannot switch from confirm to tx mode');
    this.#transaction ??= new Transaction();
  }

  get isTransactional(): boolean {
    return this.#transaction !== undefined;
  }

  /** What is published in a transaction goes out when it commits; elsewhere at once. */
  hold(publish: () => void): void {
    if (this.#transaction) this.#transaction.publish(publish);
    else publish();
  }

  /** `tx.commit` @throws EddyError EDDY_PRECONDITION_FAILED */
  commit(): void {
    for (const settled of this.#transactional().commit()) this.#apply(settled);
  }

  /** `tx.rollback`: what was settled is outstanding again. @throws EddyError EDDY_PRECONDITION_FAILED */
  rollback(): void {
    this.#restore(this.#transactional().end());
  }

  #transactional(): Transaction<Settled> {
    if (!this.#transaction) throw refusal('PRECONDITION_FAILED', 'channel is not transactional');
    return this.#transaction;
  }

  #restore(settled: readonly Settled[]): void {
    const all = [...this.#outstanding.values(), ...settled.flatMap(({ entries }) => entries)];
    this.#outstanding.clear();
    for (const held of all.toSorted((a, b) => a.tag - b.tag)) this.#outstanding.set(held.tag, held);
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
    const hadRoom = this.shared.hasRoom;
    for (const each of late) {
      each.takenBack = true;
      if (each.consumer) this.shared.settled();
      each.queue.takeBack(each.copy, 'overdue');
    }
    const consumers = new Set(late.flatMap(({ consumer }) => consumer ?? []));
    for (const consumer of consumers) {
      this.#consumers.delete(consumer);
      consumer.queue.removeTaker(consumer);
    }
    for (const queue of queuesOf(late)) queue.dispatchReturned(this.nowUs());
    if (!hadRoom) this.#serveShared();
    for (const consumer of consumers) consumer.onCancel();
  }

  #isLate({ queue, sinceUs, takenBack }: Outstanding): boolean {
    return !takenBack && sinceUs + queue.timeoutUs <= this.nowUs();
  }

  close(error?: EddyError): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.closedBy = error;
    if (this.#transaction) this.#restore(this.#transaction.end());
    const back = [...this.#outstanding.values()].filter(({ takenBack }) => !takenBack);
    this.#outstanding.clear();
    for (const { queue, copy } of back) queue.takeBack(copy, 'lost');
    for (const consumer of this.#consumers) consumer.queue.removeTaker(consumer);
    const left = queuesOf([...back, ...this.#consumers]);
    this.#consumers.clear();
    for (const queue of left) queue.dispatchReturned(this.nowUs());
    this.onClose(this);
  }

  /** Takes out what the tag means. */
  #collect(tag: number, multiple: boolean): readonly Outstanding[] {
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
    const found: Outstanding[] = [];
    for (const each of tags) {
      const held = this.#outstanding.get(each) as Outstanding;
      this.#outstanding.delete(each);
      if (!held.takenBack) found.push(held);
    }
    return found;
  }
}

function queuesOf(those: readonly { readonly queue: Queue }[]): ReadonlySet<Queue> {
  return new Set(those.map(({ queue }) => queue));
}
