/**
 * Deliveries that a process held at one time. The history does not say when a connection broke and what was unacked went
 * back; so those count that the process settled itself in the end: it held each from its delivery to its settling.
 */
import type { Entry } from '../property.ts';

export class Unsettled {
  readonly #begun = new Map<number, Entry>();
  /** The deliveries that were settled, in the order of their settling, with the entry that did. */
  readonly #held: { readonly delivery: Entry; readonly over: number }[] = [];

  begins(entry: Entry): void {
    this.#begun.set(entry.n, entry);
  }

  settles(entry: Entry): void {
    if (entry.kind !== 'acked' && entry.kind !== 'nacked') return;
    for (const cause of entry.causes) {
      const delivery = this.#begun.get(cause);
      if (delivery) this.#held.push({ delivery, over: entry.n });
    }
  }

  /** For each process that held more than so many at a time: what it held then. */
  beyond(limit: number): readonly { readonly process: string; readonly entries: readonly Entry[] }[] {
    const overs = new Map<number, Entry>(this.#held.map(({ delivery, over }) => [over, delivery]));
    const beginnings = new Set(this.#held.map(({ delivery }) => delivery.n));
    const last = this.#held.at(-1)?.over ?? -1;
    const open = new Map<string, Set<Entry>>();
    const found = new Map<string, readonly Entry[]>();
    for (let n = 0; n <= last; n++) {
      const over = overs.get(n);
      if (over) open.get(over.process)?.delete(over);
      const begun = beginnings.has(n) ? this.#begun.get(n) : undefined;
      if (!begun) continue;
      const held = open.get(begun.process) ?? new Set();
      open.set(begun.process, held.add(begun));
      if (held.size > limit && !found.has(begun.process)) found.set(begun.process, [...held]);
    }
    return [...found].map(([process, entries]) => ({ process, entries }));
  }
}
