/** What a keyed selector picks from an entry, with its key; what takes no part is counted. */
import { type Keyed, keyOf, pick } from '../../sim/selectors.ts';
import { type Entry, withoutPart } from '../property.ts';

export class Keys {
  #aside = 0;

  in<T>(of: Keyed<T>, entry: Entry): { readonly key: string; readonly value: T } | undefined {
    const picked = pick(of, entry);
    const found = picked && keyOf(of, picked.value);
    if (!picked || !found) return undefined;
    if (found === 'no part') {
      this.#aside++;
      return undefined;
    }
    return { key: found.key, value: picked.value };
  }

  /** ` (2 took no part: their key was missing)` */
  get aside(): string {
    return withoutPart(this.#aside);
  }

  /** ` with a key (2 took no part: their key was missing)` */
  get says(): string {
    return ` with a key${this.aside}`;
  }
}

/** A function of the user's that throws on a poisoned body says nothing. */
export function quietly<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
