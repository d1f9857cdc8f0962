/**
 * The event heap: what is due next, ordered by (time, sequence), so that two events of one microsecond keep the
 * order in which they were scheduled. A 4-ary heap over parallel arrays: shallower than a binary heap, and four
 * children share a cache line of times.
 */
export class EventHeap<T> {
  #times: Float64Array;
  #sequences: Float64Array;
  #items: (T | undefined)[] = [];
  #size = 0;

  constructor(capacity = 64) {
    this.#times = new Float64Array(capacity);
    this.#sequences = new Float64Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** Time of the next event in whole microseconds; `Infinity` when nothing is due. */
  get nextTimeUs(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#times[0] as number);
  }

  /** Sequence number of the next event, to order the tops of two heaps. */
  get nextSequence(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#sequences[0] as number);
  }

  push(timeUs: number, sequence: number, item: T): void {
    if (this.#size === this.#times.length) this.#grow();
    let hole = this.#size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      if (!this.#before(timeUs, sequence, parent)) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#put(hole, timeUs, sequence, item);
  }

  pop(): T | undefined {
    if (this.#size === 0) return undefined;
    const top = this.#items[0] as T;
    const last = --this.#size;
    const timeUs = this.#times[last] as number;
    const sequence = this.#sequences[last] as number;
    const item = this.#items[last] as T;
    this.#items[last] = undefined;
    if (last > 0) this.#sink(timeUs, sequence, item);
    return top;
  }

  #sink(timeUs: number, sequence: number, item: T): void {
    let hole = 0;
    for (;;) {
      const first = (hole << 2) + 1;
      if (first >= this.#size) break;
      let least = first;
      const end = Math.min(first + 4, this.#size);
      for (let child = first + 1; child < end; child++) {
        if (this.#before(this.#times[child] as number, this.#sequences[child] as number, least)) least = child;
      }
      if (this.#before(timeUs, sequence, least)) break;
      this.#move(least, hole);
      hole = least;
    }
    this.#put(hole, timeUs, sequence, item);
  }

  #before(timeUs: number, sequence: number, other: number): boolean {
    const otherTimeUs = this.#times[other] as number;
    return timeUs < otherTimeUs || (timeUs === otherTimeUs && sequence < (this.#sequences[other] as number));
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from] as number;
    this.#sequences[to] = this.#sequences[from] as number;
    this.#items[to] = this.#items[from];
  }

  #put(at: number, timeUs: number, sequence: number, item: T): void {
    this.#times[at] = timeUs;
    this.#sequences[at] = sequence;
    this.#items[at] = item;
  }

  #grow(): void {
    const times = new Float64Array(this.#times.length * 2);
    times.set(this.#times);
    this.#times = times;
    const sequences = new Float64Array(this.#sequences.length * 2);
    sequences.set(this.#sequences);
    this.#sequences = sequences;
  }
}
