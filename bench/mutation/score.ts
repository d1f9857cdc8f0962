/** The share of killed mutants with its 95 % interval. */

export interface Score {
  /** All in percent. */
  readonly score: number;
  readonly low: number;
  readonly high: number;
}

/** Wilson's interval, which holds for few and for extreme shares too. */
export function scoreOf(killed: number, all: number): Score {
  const z = 1.96;
  const share = killed / all;
  const middle = (share + (z * z) / (2 * all)) / (1 + (z * z) / all);
  const half = (z / (1 + (z * z) / all)) * Math.sqrt((share * (1 - share)) / all + (z * z) / (4 * all * all));
  return { score: 100 * share, low: 100 * Math.max(0, middle - half), high: 100 * Math.min(1, middle + half) };
}
