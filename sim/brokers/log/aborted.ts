/**
 * The transactions in a replica's log: those that are not decided for readers yet, which hold the last stable offset back,
 * and the aborted ones, whose records a read_committed reader passes over.
 * Sources: ProducerStateManager.java (`firstUnstableOffset`), TransactionIndex.java.
 */
import type { Batch, LogRecord, Marker } from './record.ts';

interface Extent {
  readonly producerId: number;
  readonly first: number;
  /** The marker's offset; nothing: still open. */
  last: number | undefined;
}

export class Transactions {
  /** By their first offset; those in front that are decided go as the high watermark passes their markers. */
  readonly #undecided: Extent[] = [];
  readonly #open = new Map<number, Extent>();
  /** By producer, in the order of the log. */
  readonly #aborted = new Map<number, Extent[]>();

  began({ id, baseOffset }: Batch): void {
    if (this.#open.has(id)) return;
    const extent = { producerId: id, first: baseOffset, last: undefined };
    this.#open.set(id, extent);
    this.#undecided.push(extent);
  }

  ended({ producerId, offset, marker }: Marker): void {
    const extent = this.#open.get(producerId);
    // A transaction that wrote nothing here leaves a marker all the same.
    if (!extent) return;
    extent.last = offset;
    this.#open.delete(producerId);
    if (marker === 'commit') return;
    const list = this.#aborted.get(producerId);
    if (list) list.push(extent);
    else this.#aborted.set(producerId, [extent]);
  }

  /** Where the first transaction begins whose end is not below the high watermark. */
  firstUnstable(highWatermark: number): number {
    const list = this.#undecided;
    while (list[0]?.last !== undefined && list[0].last < highWatermark) list.shift();
    return list[0]?.first ?? Infinity;
  }

  isAborted({ offset, producer }: LogRecord): boolean {
    if (!producer?.transactional) return false;
    const list = this.#aborted.get(producer.id);
    if (!list) return false;
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle] as Extent).first <= offset) low = middle + 1;
      else high = middle;
    }
    const last = list[low - 1]?.last;
    return last !== undefined && offset < last;
  }

  /** Those that are between two offsets, at least in part, in the order of their first offsets. */
  abortedBetween(from: number, to: number): { producerId: number; firstOffset: number }[] {
    return [...this.#aborted.values()]
      .flat()
      .filter(({ first, last = Infinity }) => first < to && last >= from)
      .toSorted((a, b) => a.first - b.first)
      .map(({ producerId, first }) => ({ producerId, firstOffset: first }));
  }

  copy(): Transactions {
    const copy = new Transactions();
    const copies = new Map<Extent, Extent>();
    const copyOf = (extent: Extent): Extent => {
      const known = copies.get(extent) ?? { ...extent };
      copies.set(extent, known);
      return known;
    };
    for (const extent of this.#undecided) copy.#undecided.push(copyOf(extent));
    for (const [id, extent] of this.#open) copy.#open.set(id, copyOf(extent));
    for (const [id, list] of this.#aborted) copy.#aborted.set(id, list.map(copyOf));
    return copy;
  }

  /** Forgets the aborted ones that ended below. */
  removeBefore(offset: number): void {
    for (const [producerId, list] of this.#aborted) {
      const kept = list.filter(({ last = Infinity }) => last >= offset);
      if (kept.length === 0) this.#aborted.delete(producerId);
      else this.#aborted.set(producerId, kept);
    }
  }
}
