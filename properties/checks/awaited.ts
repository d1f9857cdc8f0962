/** What waits for one of its ends, by key. An end that a failover cut off was none: what it ended waits again. */
import type { Keyed } from '../../sim/selectors.ts';
import type { Entry } from '../property.ts';
import { isOfSent } from './as-kept.ts';

export class Awaited {
  /** Those without an end; with one, too, where it may go again. */
  readonly #begun = new Map<string, Entry>();
  /** By key: how many ends there are. */
  readonly #ended = new Map<string, number>();
  readonly #mayGo: boolean;

  constructor(ends: readonly Keyed<unknown>[]) {
    this.#mayGo = ends.some(isOfSent);
  }

  begins(key: string, entry: Entry): void {
    if (this.#begun.has(key) || (!this.#mayGo && this.#ended.has(key))) return;
    this.#begun.set(key, entry);
  }

  ends(key: string): void {
    this.#ended.set(key, (this.#ended.get(key) ?? 0) + 1);
    if (!this.#mayGo) this.#begun.delete(key);
  }

  neverBegan(key: string, lost: Entry): void {
    if (this.#begun.get(key) === lost) this.#begun.delete(key);
  }

  neverEnded(key: string): void {
    this.#ended.set(key, (this.#ended.get(key) ?? 1) - 1);
  }

  /** Those that wait in the end, in the order in which they began. */
  get left(): readonly (readonly [key: string, entry: Entry])[] {
    return [...this.#begun].filter(([key]) => !this.#ended.get(key));
  }
}
