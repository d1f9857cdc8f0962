/**
 * Copies that are ready, in the order in which they go out. Expiry and drop-head look at heads only.
 * Sources: RabbitMQ documentation, "Priority Support in Queues", "Quorum Queues", "Time-To-Live and Expiration";
 * rabbit_priority_queue.erl, rabbit_fifo.erl.
 */
import { Levels, type Lines, takeExpired, TwoLevels } from './lines.ts';
import type { Version } from './profile.ts';
import type { Copy } from './queue.ts';

/** How a copy comes back: given back by `basic.nack`, by `basic.reject`, taken back by a time-out, or lost with its channel. */
export type Return = 'nacked' | 'rejected' | 'overdue' | 'lost';

export interface Ready {
  readonly length: number;
  /** In the order of going out, as far as what comes later does not change it. */
  readonly list: readonly Copy[];
  add(copy: Copy): void;
  putBack(copy: Copy, how: Return): void;
  /** Takes the next one out. */
  next(): Copy | undefined;
  /** Takes out what has expired by now. */
  expired(nowUs: number): readonly Copy[];
  /** Takes out what a restart of the broker loses. */
  lose(isLost: (copy: Copy) => boolean): readonly Copy[];
  /** When the first head that is looked at expires; `Infinity`: never. */
  readonly expiresUs: number;
}

export function readyOf(
  isQuorum: boolean,
  version: Version,
  o: { maxPriority: number | undefined; hasLimit: boolean },
): Ready {
  if (!isQuorum) return new ClassicReady(o.maxPriority ?? 0);
  const lines =
    version.quorumPriorities === 'two' ? new TwoLevels() : new Levels(version.quorumPriorities === 'strict');
  return new QuorumReady(lines, version.nackGoesToBack && !o.hasLimit);
}

/** One line for each priority; the highest goes first, and what is requeued goes back to its place. */
class ClassicReady implements Ready {
  readonly list: Copy[] = [];

  constructor(readonly maxPriority: number) {}

  get length(): number {
    return this.list.length;
  }

  add(copy: Copy): void {
    this.putBack(copy);
  }

  putBack(copy: Copy): void {
    let at = this.list.length;
    while (at > 0 && this.#isBefore(copy, this.list[at - 1] as Copy)) at--;
    this.list.splice(at, 0, copy);
  }

  next(): Copy | undefined {
    return this.list.shift();
  }

  /** Only the head is looked at: a low priority that has expired waits behind a high one that has not. */
  expired(nowUs: number): readonly Copy[] {
    return takeExpired(this.list, nowUs);
  }

  get expiresUs(): number {
    return this.list[0]?.expiresUs ?? Infinity;
  }

  lose(isLost: (copy: Copy) => boolean): readonly Copy[] {
    const lost = this.list.filter(isLost);
    this.list.splice(0, this.list.length, ...this.list.filter((copy) => !lost.includes(copy)));
    return lost;
  }

  #isBefore(a: Copy, b: Copy): boolean {
    const [levelOfA, levelOfB] = [this.#level(a), this.#level(b)];
    return levelOfA === levelOfB ? a.sequence < b.sequence : levelOfA > levelOfB;
  }

  /** Without a priority 0; no more than the queue knows. */
  #level({ envelope: { priority } }: Copy): number {
    return Math.min(priority ?? 0, this.maxPriority);
  }
}

/** What was returned waits in a line of its own, in the order of the returns, and is served before all others. */
class QuorumReady implements Ready {
  readonly #returns: Copy[] = [];

  constructor(
    readonly lines: Lines,
    readonly nackGoesToBack: boolean,
  ) {}

  get length(): number {
    return this.#returns.length + this.lines.length;
  }

  get list(): readonly Copy[] {
    return [...this.#returns, ...this.lines.list];
  }

  add(copy: Copy): void {
    this.lines.add(copy);
  }

  putBack(copy: Copy, how: Return): void {
    // Who is lost or too late gives nothing back himself: the queue takes it back, to the front.
    if (this.nackGoesToBack && (how === 'nacked' || how === 'rejected')) this.lines.addLast(copy);
    else this.#returns.push(copy);
  }

  next(): Copy | undefined {
    return this.#returns.shift() ?? this.lines.next();
  }

  expired(nowUs: number): readonly Copy[] {
    const returned = takeExpired(this.#returns, nowUs);
    if (this.#returns.length > 0 && !this.lines.looksAtEveryHead) return returned;
    const others = this.lines.expired(nowUs);
    return returned.length === 0 ? others : [...returned, ...others];
  }

  /** All that it takes is on disk. */
  lose(): readonly Copy[] {
    return [];
  }

  get expiresUs(): number {
    const first = this.#returns[0]?.expiresUs;
    if (first === undefined) return this.lines.expiresUs;
    return this.lines.looksAtEveryHead ? Math.min(first, this.lines.expiresUs) : first;
  }
}
