/** Order statistics of how many runs it took, where some were never caught: quantiles and an interval that assumes nothing. */

/** How often something was caught within how many runs; what was not caught within the cap counts as the cap. */
export interface RunsToCatch {
  readonly median: number;
  /** The 95 % interval of the median, from order statistics. */
  readonly low: number;
  readonly high: number;
  readonly p90: number;
  /** How many of the seeds never caught it. */
  readonly censored: number;
  readonly seeds: number;
}

/** @param found runs until the catch for each seed; `undefined` where there was none within `cap` */
export function runsToCatch(found: readonly (number | undefined)[], cap: number): RunsToCatch {
  const sorted = found.map((runs) => runs ?? cap).toSorted((a, b) => a - b);
  const rank = medianRank(sorted.length);
  return {
    median: quantile(sorted, 0.5),
    low: sorted[rank - 1] ?? cap,
    high: sorted[sorted.length - rank] ?? cap,
    p90: quantile(sorted, 0.9),
    censored: found.filter((runs) => runs === undefined).length,
    seeds: found.length,
  };
}

/** The smallest value that this share of them does not exceed. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** What an interval may miss. */
const MISSES = 0.05;

/**
 * The median lies between the r-th smallest and the r-th largest of n with probability 1 - 2 P(B < r), B binomial (n, 1/2): the
 * largest such r that reaches 95 %; of fewer than six the whole range, which reaches less.
 */
export function medianRank(n: number): number {
  let below = 0;
  let rank = 0;
  let chance = 0.5 ** n;
  for (let k = 0; k < n / 2; k++) {
    below += chance;
    if (2 * below > MISSES) break;
    rank = k + 1;
    chance = (chance * (n - k)) / (k + 1);
  }
  return Math.max(1, rank);
}
