/** What there is of each key, in the order in which it came. What a log did not keep goes again, as if it had not come. */
import type { Entry } from '../property.ts';

export class Standing {
  readonly #byKey = new Map<string, Entry[]>();

  /** How many keys there are. */
  get size(): number {
    return this.#byKey.size;
  }

  of(key: string): readonly Entry[] {
    return this.#byKey.get(key) ?? [];
  }

  first(key: string): Entry | undefined {
    return this.#byKey.get(key)?.[0];
  }

  keys(): Iterable<string> {
    return this.#byKey.keys();
  }

  /** Those that came more than once, with all that came: first the key of which there were two first. */
  several(): readonly { readonly key: string; readonly entries: readonly Entry[] }[] {
    return [...this.#byKey]
      .filter(([, entries]) => entries.length > 1)
      .map(([key, entries]) => ({ key, entries }))
      .toSorted((a, b) => (a.entries[1] as Entry).n - (b.entries[1] as Entry).n);
  }

  /** Nothing comes of what has no key. */
  add(key: string | undefined, entry: Entry): void {
    if (key === undefined) return;
    const known = this.#byKey.get(key);
    if (known) known.push(entry);
    else this.#byKey.set(key, [entry]);
  }

  remove(key: string | undefined, lost: Entry): void {
    if (key === undefined) return;
    const left = this.of(key).filter((entry) => entry !== lost);
    if (left.length > 0) this.#byKey.set(key, left);
    else this.#byKey.delete(key);
  }
}
