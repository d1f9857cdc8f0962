/** Filters that are known to let something through: fast-check's own would look for ever. */
import fc from 'fast-check';

const SAMPLE = { numRuns: 200, seed: 1 };

/** How many of 200 values are as wanted; always the same 200. */
export function countMeeting<T>(arbitrary: fc.Arbitrary<T>, isWanted: (value: T) => boolean): number {
  return fc.sample(arbitrary, SAMPLE).filter(isWanted).length;
}

/** The values that are as wanted, or undefined if none of 200 is. */
export function meeting<T>(arbitrary: fc.Arbitrary<T>, isWanted: (value: T) => boolean): fc.Arbitrary<T> | undefined {
  return countMeeting(arbitrary, isWanted) === 0 ? undefined : arbitrary.filter(isWanted);
}

/** One of several, shrinking to the first. */
export function anyOf<T>(arbitraries: readonly fc.Arbitrary<T>[]): fc.Arbitrary<T> {
  const [only, ...others] = arbitraries;
  return only && others.length === 0 ? only : fc.oneof({ withCrossShrink: true }, ...arbitraries);
}
