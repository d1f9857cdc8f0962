import fc from 'fast-check';
import { expect, test } from 'vitest';
import { medianRank, quantile, runsToCatch } from './interval.ts';

/** P(B < r) times 2^n, exactly. */
function ways(n: number, r: number): bigint {
  let [sum, term] = [0n, 1n];
  for (let k = 0; k < r; k++) {
    sum += term;
    term = (term * BigInt(n - k)) / BigInt(k + 1);
  }
  return sum;
}

test('the interval has the largest rank that reaches 95 %', () => {
  fc.assert(
    fc.property(fc.integer({ min: 6, max: 200 }), (n) => {
      const r = medianRank(n);
      const misses = (rank: number): bigint => 2n * ways(n, rank) * 20n;
      expect(misses(r) <= 2n ** BigInt(n)).toBe(true);
      expect(misses(r + 1) > 2n ** BigInt(n)).toBe(true);
    }),
  );
  expect([1, 5, 6, 10, 20, 30].map(medianRank)).toEqual([1, 1, 1, 2, 6, 10]);
});

const founds = fc.array(fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }), {
  minLength: 1,
  maxLength: 40,
});

test('median, interval and percentile are observed values in their order; what was not caught is counted as the cap', () => {
  fc.assert(
    fc.property(founds, (found) => {
      const { median, low, high, p90, censored, seeds } = runsToCatch(found, 100);
      expect([censored, seeds]).toEqual([found.filter((each) => each === undefined).length, found.length]);
      const values = found.map((each) => each ?? 100);
      for (const value of [median, low, high, p90]) expect(values).toContain(value);
      expect(low <= median && median <= high && median <= p90).toBe(true);
      expect(values.filter((each) => each <= median).length).toBeGreaterThanOrEqual(values.length / 2);
      expect(values.filter((each) => each <= p90).length).toBeGreaterThanOrEqual(values.length * 0.9);
      expect(values.filter((each) => each < p90).length).toBeLessThan(values.length * 0.9);
    }),
  );
});

test('nothing is said of nothing', () => {
  expect(quantile([], 0.5)).toBeNaN();
});
