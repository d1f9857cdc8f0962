/** What a keyed selector picks from an entry, with its key; what takes no part is counted. */
import { type Keyed, keyOf, pick } from '../../sim/selectors.ts';
import { thrownAt } from '../../sim/stack.ts';
import { sentenceOf } from '../../sim/thrown.ts';
import type { Entry } from '../property.ts';

export class Keys {
  #aside = 0;
  /** Asks for the first key again that there was not. */
  #askAgain: (() => unknown) | undefined;

  in<T>(of: Keyed<T>, entry: Entry): { readonly key: string; readonly value: T } | undefined {
    const picked = pick(of, entry);
    const found = picked && keyOf(of, picked.value);
    if (!picked || !found) return undefined;
    if (found === 'no part') {
      this.#aside++;
      this.#askAgain ??= () => of.keyOf(picked.value);
      return undefined;
    }
    return { key: found.key, value: picked.value };
  }

  /** ` (2 took no part: their key was missing)`, with what the key function threw at the first of them */
  get aside(): string {
    if (!this.#askAgain) return '';
    return ` (${this.#aside} took no part: their key was missing${thrownBy(this.#askAgain)})`;
  }

  /** ` with a key (2 took no part: their key was missing)` */
  get says(): string {
    return ` with a key${this.aside}`;
  }
}

/** `, TypeError: Cannot read properties of null (reading 'id') (orders.ts:12)`; empty when it throws nothing. */
function thrownBy(ask: () => unknown): string {
  try {
    ask();
    return '';
  } catch (error) {
    const at = thrownAt(error);
    return `, ${sentenceOf(error)}${at === undefined ? '' : ` (${at})`}`;
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
