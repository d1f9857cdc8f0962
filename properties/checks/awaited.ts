/** What waits for one of its ends, by key. An end that a failover cut off was none: what it ended waits again. */
import type { Keyed } from '../../sim/selectors.ts';
import type { Entry } from '../property.ts';
import { isOfSent } from './as-kept.ts';
import { Keys } from './keys.ts';

export class Awaited {
  /** How many began. */
  premises = 0;
  readonly keys = new Keys();
  /** Those without an end; with one, too, where it may go again. */
  readonly #begun = new Map<string, Entry>();
  /** By key: how many ends there are. */
  readonly #ended = new Map<string, number>();
  readonly #mayGo: boolean;

  constructor(
    readonly beginning: Keyed<unknown>,
    readonly ends: readonly Keyed<unknown>[],
  ) {
    this.#mayGo = ends.some(isOfSent);
  }

  see(entry: Entry): void {
    const key = this.keys.in(this.beginning, entry)?.key;
    if (key !== undefined) {
      this.premises++;
      if (!this.#begun.has(key)) this.#begun.set(key, entry);
    }
    for (const end of this.ends) this.isOver(this.keys.in(end, entry)?.key);
  }

  /** It has come to an end; nothing comes of what has no key. */
  isOver(key: string | undefined): void {
    if (key === undefined) return;
    this.#ended.set(key, (this.#ended.get(key) ?? 0) + 1);
    if (!this.#mayGo) this.#begun.delete(key);
  }

  unsee(lost: Entry): void {
    const key = this.keys.in(this.beginning, lost)?.key;
    if (key !== undefined) {
      this.premises--;
      if (this.#begun.get(key) === lost) this.#begun.delete(key);
    }
    for (const end of this.ends) {
      const over = this.keys.in(end, lost)?.key;
      if (over !== undefined) this.#ended.set(over, (this.#ended.get(over) ?? 1) - 1);
    }
  }

  /** Those that wait in the end, in the order in which they began. */
  get left(): readonly (readonly [key: string, entry: Entry])[] {
    return [...this.#begun].filter(([key]) => !this.#ended.get(key));
  }
}
