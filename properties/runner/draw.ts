/**
 * Draws workload items from an arbitrary, each with the shrinks that fast-check knows for it: kept beside the item, so that
 * also what went through `map` shrinks. An item that came from a file has no such memory and shrinks as its value alone
 * tells.
 */
import fc, { type Arbitrary } from 'fast-check';
import { combine } from '../../sim/kernel/random.ts';
import { EddyError } from '../../sim/errors.ts';
import { keyOfItem } from '../../sim/services/item-key.ts';
import { sentenceOf } from '../../sim/thrown.ts';

type Value = ReturnType<Arbitrary<unknown>['generate']>;

/** How an item came to be: the n-th of a draw, then by number one of its simpler ones, and one of that one's. */
interface Origin {
  readonly seed: number;
  readonly count: number;
  readonly nth: number;
  readonly path: readonly number[];
}

const drawn = new WeakMap<object, { readonly value: Value; readonly origin: Origin | undefined }>();

/**
 * An item as data for another thread. What was drawn is drawn there again, so that an instance of a class is one there too,
 * and what cannot be copied need not be.
 */
export type Recipe = { readonly drawn: Origin } | { readonly value: unknown };

export function recipeOf(item: unknown): Recipe {
  const known = typeof item === 'object' && item !== null ? drawn.get(item) : undefined;
  return known?.origin ? { drawn: known.origin } : { value: item };
}

/** The items of these recipes. @throws EddyError EDDY_SCENARIO when the arbitrary does not draw the same again */
export function itemsOf(
  recipes: readonly Recipe[],
  item: Arbitrary<unknown>,
  key: (item: unknown) => string,
): unknown[] {
  const draws = new Map<string, unknown[]>();
  return recipes.map((recipe) => {
    if ('value' in recipe) return recipe.value;
    const { seed, count, nth, path } = recipe.drawn;
    const name = `${seed} ${count}`;
    const items = draws.get(name) ?? drawItems(item, key, seed, count);
    draws.set(name, items);
    return path.reduce((from, at) => nthSimpler(item, from, at), items[nth]);
  });
}

function nthSimpler(arbitrary: Arbitrary<unknown>, from: unknown, at: number): unknown {
  let n = 0;
  for (const item of simplerItems(arbitrary, from)) if (n++ === at) return item;
  throw new EddyError('EDDY_SCENARIO', 'The workload draws other items than before: its arbitrary must be a pure one');
}

/** Small and special values come up this often (the smaller the more), as fast-check's bias has it. */
const BIAS = 4;
const TRIES_PER_ITEM = 50;

/**
 * @returns `count` items whose keys differ; fewer when the arbitrary does not have as many
 * @throws EddyError EDDY_SCENARIO when it has none
 */
export function drawItems(
  item: Arbitrary<unknown>,
  key: (item: unknown) => string,
  seed: number,
  count: number,
): unknown[] {
  const random = new fc.Random(new Hashed(seed));
  const items = new Map<string, unknown>();
  for (let tries = 0; items.size < count && tries < count * TRIES_PER_ITEM; tries++) {
    const value = attempt('drew an item', () => item.generate(random, BIAS));
    const name = keyOfItem(value.value, key);
    if (items.has(name)) continue;
    remember(value, { seed, count, nth: items.size, path: [] });
    items.set(name, value.value);
  }
  if (items.size === 0 && count > 0) throw new EddyError('EDDY_SCENARIO', 'The workload has no item to draw');
  return [...items.values()];
}

function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new EddyError('EDDY_SCENARIO', `The workload's arbitrary threw when it ${what}: ${sentenceOf(error)}`);
  }
}

/** Simpler items than this one, simplest first. */
export function* simplerItems(arbitrary: Arbitrary<unknown>, item: unknown): Generator<unknown> {
  const known = typeof item === 'object' && item !== null ? drawn.get(item) : undefined;
  if (!known && !arbitrary.canShrinkWithoutContext(item)) return;
  let at = 0;
  const simpler = arbitrary.shrink(item, known?.value.context);
  for (;;) {
    const { done, value: next } = attempt('shrank one', () => simpler.next());
    if (done) return;
    const from = known?.origin;
    remember(next, from && { ...from, path: [...from.path, at++] });
    yield next.value;
  }
}

function remember(value: Value, origin: Origin | undefined): void {
  if (typeof value.value === 'object' && value.value !== null) drawn.set(value.value, { value, origin });
}

/** A generator for fast-check whose n-th number is a hash of (seed, n). */
class Hashed {
  #n = 0;

  constructor(
    readonly seed: number,
    n = 0,
  ) {
    this.#n = n;
  }

  clone(): Hashed {
    return new Hashed(this.seed, this.#n);
  }

  /** A 32-bit signed integer. */
  next(): number {
    return combine(this.seed, this.#n++) | 0;
  }

  getState(): readonly number[] {
    return [this.seed, this.#n];
  }
}
