/**
 * Draws workload items from an arbitrary, each with the shrinks that fast-check knows for it: kept beside the item, so that
 * also what went through `map` shrinks. An item that came from a file has no such memory and shrinks as its value alone
 * tells.
 */
import fc, { type Arbitrary } from 'fast-check';
import { combine } from '../../sim/kernel/random.ts';
import { EddyError } from '../../sim/errors.ts';

type Value = ReturnType<Arbitrary<unknown>['generate']>;

const drawn = new WeakMap<object, Value>();

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
    const value = item.generate(random, BIAS);
    const name = key(value.value);
    if (items.has(name)) continue;
    items.set(name, value.value);
    if (typeof value.value === 'object' && value.value !== null) drawn.set(value.value, value);
  }
  if (items.size === 0 && count > 0) throw new EddyError('EDDY_SCENARIO', 'The workload has no item to draw');
  return [...items.values()];
}

/** Simpler items than this one, simplest first. */
export function* simplerItems(arbitrary: Arbitrary<unknown>, item: unknown): Generator<unknown> {
  const known = typeof item === 'object' && item !== null ? drawn.get(item) : undefined;
  if (!known && !arbitrary.canShrinkWithoutContext(item)) return;
  for (const next of arbitrary.shrink(item, known?.context)) {
    if (typeof next.value === 'object' && next.value !== null) drawn.set(next.value, next);
    yield next.value;
  }
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
