/**
 * What stands in a quorum queue and was never returned: in one line (3.13), in two served 2:1 (4.2), or in one for each
 * of 32 priorities, the highest first (4.3). Sources: RabbitMQ documentation, "Quorum Queues"; rabbit_fifo_q.erl,
 * rabbit_fifo_pq.erl.
 */
import type { Copy } from './queue.ts';

export interface Lines {
  readonly length: number;
  /** In the order of going out. */
  readonly list: readonly Copy[];
  /** Whether expiry looks at the head of each line, or only at the copy that would go out next. */
  readonly looksAtEveryHead: boolean;
  add(copy: Copy): void;
  /** Behind all others, its priority forgotten. */
  addLast(copy: Copy): void;
  next(): Copy | undefined;
  expired(nowUs: number): readonly Copy[];
  readonly expiresUs: number;
}

/** A message that says nothing has this priority; above it is high. */
const DEFAULT_PRIORITY = 4;
const MAX_PRIORITY = 31;

/** One line, or one for each priority. */
export class Levels implements Lines {
  length = 0;
  /** Those that ever held a copy, the highest first. */
  readonly #lines: { readonly priority: number; readonly copies: Copy[] }[] = [];

  constructor(readonly byPriority: boolean) {}

  get looksAtEveryHead(): boolean {
    return this.byPriority;
  }

  get list(): readonly Copy[] {
    return this.#lines.flatMap(({ copies }) => copies);
  }

  add(copy: Copy): void {
    this.#push(copy, this.byPriority ? (copy.envelope.priority ?? DEFAULT_PRIORITY) : DEFAULT_PRIORITY);
  }

  addLast(copy: Copy): void {
    this.#push(copy, DEFAULT_PRIORITY);
  }

  next(): Copy | undefined {
    const copy = this.#lines.find(({ copies }) => copies.length > 0)?.copies.shift();
    if (copy) this.length--;
    return copy;
  }

  expired(nowUs: number): readonly Copy[] {
    if (this.expiresUs > nowUs) return NONE;
    const found = this.#lines.flatMap(({ copies }) => takeExpired(copies, nowUs));
    this.length -= found.length;
    return found;
  }

  get expiresUs(): number {
    let first = Infinity;
    for (const { copies } of this.#lines) first = Math.min(first, copies[0]?.expiresUs ?? Infinity);
    return first;
  }

  #push(copy: Copy, given: number): void {
    const priority = Math.max(0, Math.min(given, MAX_PRIORITY));
    let at = this.#lines.findIndex((line) => line.priority <= priority);
    if (at < 0) at = this.#lines.length;
    if (this.#lines[at]?.priority !== priority) this.#lines.splice(at, 0, { priority, copies: [] });
    this.#lines[at]?.copies.push(copy);
    this.length++;
  }
}

interface Placed {
  readonly copy: Copy;
  /** Grows with each that comes or comes again. */
  readonly place: number;
}

/** So many go out before a normal one may go. */
const WEIGHT = 2;

/** Two high ones, then one normal, unless the next high one came before it. */
export class TwoLevels implements Lines {
  readonly looksAtEveryHead = false;
  readonly #high: Placed[] = [];
  readonly #normal: Placed[] = [];
  #count = 0;
  #place = 0;

  get length(): number {
    return this.#high.length + this.#normal.length;
  }

  get list(): readonly Copy[] {
    const high = [...this.#high];
    const normal = [...this.#normal];
    const order: Copy[] = [];
    for (let count = this.#count; high.length + normal.length > 0; count = after(count)) {
      order.push((pick(high, normal, count).shift() as Placed).copy);
    }
    return order;
  }

  add(copy: Copy): void {
    const line = (copy.envelope.priority ?? DEFAULT_PRIORITY) > DEFAULT_PRIORITY ? this.#high : this.#normal;
    line.push({ copy, place: this.#place++ });
  }

  addLast(copy: Copy): void {
    this.#normal.push({ copy, place: this.#place++ });
  }

  next(): Copy | undefined {
    if (this.length === 0) return undefined;
    const taken = pick(this.#high, this.#normal, this.#count).shift();
    this.#count = after(this.#count);
    return taken?.copy;
  }

  expired(nowUs: number): readonly Copy[] {
    const found: Copy[] = [];
    while (this.expiresUs <= nowUs) found.push(this.next() as Copy);
    return found;
  }

  get expiresUs(): number {
    return pick(this.#high, this.#normal, this.#count)[0]?.copy.expiresUs ?? Infinity;
  }
}

/** The line whose turn it is; the other one when it is empty. */
function pick(high: Placed[], normal: Placed[], count: number): Placed[] {
  const [nextHigh] = high;
  const [nextNormal] = normal;
  if (!nextHigh) return normal;
  return nextNormal && count === WEIGHT && nextNormal.place < nextHigh.place ? normal : high;
}

function after(count: number): number {
  return count === WEIGHT ? 0 : count + 1;
}

/** Takes out those at the head that have expired. */
export function takeExpired(line: Copy[], nowUs: number): readonly Copy[] {
  let n = 0;
  while ((line[n]?.expiresUs ?? Infinity) <= nowUs) n++;
  return n === 0 ? NONE : line.splice(0, n);
}

const NONE: readonly Copy[] = [];
