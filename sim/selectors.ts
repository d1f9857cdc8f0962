/**
 * Selectors: how a property names what happened. They are data; a check that folds over the history asks each entry
 * whether a selector picks it. The key joins two selectors.
 */
import type { Entry, Happened } from './history/history.ts';

/** Picks what happened in a run: rows, messages, calls. */
export interface Selector<T> {
  /** In words: `row inserted into db.charges`. */
  readonly says: string;
  where(test: (value: T) => boolean): Selector<T>;
  /** `undefined` from the key: this entry takes no part. */
  by(key: (value: T) => string | undefined): Keyed<T>;
}

/** A selector with a key, which joins it to others. */
export interface Keyed<T> extends Selector<T> {
  keyOf(value: T): string | undefined;
}

/** What a selector picks by, before any test of the user's. */
export interface Pattern {
  readonly kind: string;
  readonly component: string;
  readonly channel: string | undefined;
  readonly says: string;
}

class PatternSelector<T> implements Selector<T> {
  constructor(
    readonly pattern: Pattern,
    readonly tests: readonly ((value: T) => boolean)[],
  ) {}

  get says(): string {
    return this.pattern.says;
  }

  where(test: (value: T) => boolean): Selector<T> {
    return new PatternSelector(this.pattern, [...this.tests, test]);
  }

  by(key: (value: T) => string | undefined): Keyed<T> {
    return new KeyedSelector(this.pattern, this.tests, key);
  }
}

class KeyedSelector<T> extends PatternSelector<T> implements Keyed<T> {
  constructor(
    pattern: Pattern,
    tests: readonly ((value: T) => boolean)[],
    readonly key: (value: T) => string | undefined,
  ) {
    super(pattern, tests);
  }

  override where(test: (value: T) => boolean): Keyed<T> {
    return new KeyedSelector(this.pattern, [...this.tests, test], this.key);
  }

  keyOf(value: T): string | undefined {
    return this.key(value);
  }
}

export function selector<T>(pattern: Pattern): Selector<T> {
  return new PatternSelector<T>(pattern, []);
}

/** The value that the selector picks from an entry; `undefined` when it picks nothing, or the user's test throws. */
export function pick<T>(of: Selector<T>, entry: Entry): { readonly value: T } | undefined {
  const { pattern, tests } = of as PatternSelector<T>;
  if (entry.kind !== pattern.kind) return undefined;
  const data = entry.data as Happened;
  if (data.component !== pattern.component) return undefined;
  if (pattern.channel !== undefined && !data.channels.includes(pattern.channel)) return undefined;
  const value = data.value as T;
  return tests.every((test) => holds(test, value)) ? { value } : undefined;
}

/**
 * How far an entry comes with a selector: 0 it is none of the kind, 1 a test of the user's refuses it, 2 it has no key, 3 it
 * is picked.
 */
export function pickedAs(of: { readonly says: string }, entry: Entry): 0 | 1 | 2 | 3 {
  const some = of as PatternSelector<unknown>;
  if (!pick(new PatternSelector(some.pattern, []), entry)) return 0;
  const picked = pick(some, entry);
  if (!picked) return 1;
  return some instanceof KeyedSelector && keyOf(some, picked.value) === 'no part' ? 2 : 3;
}

function holds<T>(test: (value: T) => boolean, value: T): boolean {
  try {
    return test(value);
  } catch {
    return false;
  }
}

/** The key of an entry that the selector picks; `'no part'` when its key function says so or throws on it. */
export function keyOf<T>(of: Keyed<T>, value: T): { readonly key: string } | 'no part' {
  try {
    const key = of.keyOf(value);
    return key === undefined || key === null ? 'no part' : { key: String(key) };
  } catch {
    return 'no part';
  }
}

/** The same of another kind: the publishes of what a selector picks as it is confirmed. */
export function ofKind<T>(of: Keyed<T>, kind: string): Keyed<T> {
  const { pattern, tests, key } = of as KeyedSelector<T>;
  return new KeyedSelector({ ...pattern, kind }, tests, key);
}

/** The component and channel that a selector looks at, for messages. */
export function patternOf(of: Selector<never> | Selector<unknown>): Pattern {
  return (of as PatternSelector<unknown>).pattern;
}
