/** The peer of the kernel: a plain binary heap of objects, ordered by time and then by sequence, and a loop that takes from it. */

export interface Due {
  readonly timeUs: number;
  readonly sequence: number;
  readonly run: () => void;
}

export class BinaryHeap {
  readonly #items: Due[] = [];
  #sequence = 0;
  nowUs = 0;

  after(delayUs: number, run: () => void): void {
    const due = { timeUs: this.nowUs + delayUs, sequence: this.#sequence++, run };
    const items = this.#items;
    let hole = items.length;
    items.push(due);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!isBefore(due, items[parent] as Due)) break;
      items[hole] = items[parent] as Due;
      hole = parent;
    }
    items[hole] = due;
  }

  take(): Due | undefined {
    const items = this.#items;
    const [first] = items;
    const last = items.pop();
    if (last && items.length > 0) this.#sink(last);
    if (first) this.nowUs = first.timeUs;
    return first;
  }

  #sink(item: Due): void {
    const items = this.#items;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && isBefore(items[child + 1] as Due, items[child] as Due)) child++;
      if (!isBefore(items[child] as Due, item)) break;
      items[hole] = items[child] as Due;
      hole = child;
    }
    items[hole] = item;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.timeUs < b.timeUs || (a.timeUs === b.timeUs && a.sequence < b.sequence);
}
