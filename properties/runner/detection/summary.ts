/** What all measurements say together, and whether they reach the bars. */
import type { CorrectRuns } from './correct.ts';
import type { Detection, Effort } from './detect.ts';

export interface DetectionSummary {
  readonly variants: number;
  readonly caught: number;
  readonly falseAlarms: number;
  readonly correctRuns: number;
  /** Variants that random search needs more than 100 runs for at the median, or does not find. */
  readonly hard: number;
  /** How many times fewer runs the guided search needs for those: geometric mean of the medians' ratios. */
  readonly ratioHard: number | null;
  /** Variants for which the guided search's median is above max(3, 1.5 times random's). */
  readonly slower: readonly string[];
  /** Variants whose 90th percentile is not within the budget. */
  readonly overBudget: readonly string[];
  readonly sabotages: number;
  readonly sabotagesCaught: number;
}

const HARD_RUNS = 100;

export function summaryOf(
  all: readonly Detection[],
  correct: readonly CorrectRuns[],
  { guidedRuns }: Effort,
): DetectionSummary {
  const written = all.filter(({ sabotage }) => sabotage === undefined);
  const made = all.filter(({ sabotage }) => sabotage !== undefined);
  const hard = written.filter(isHard);
  return {
    variants: written.length,
    caught: written.filter(({ caught }) => caught).length,
    falseAlarms: correct.reduce((sum, { falseAlarms }) => sum + falseAlarms, 0),
    correctRuns: correct.reduce((sum, { runs }) => sum + runs, 0),
    hard: hard.length,
    ratioHard:
      hard.length === 0 ? null : geometricMean(hard.map(({ random, guided }) => random.median / guided.median)),
    slower: written.filter(({ guided, random }) => guided.median > Math.max(3, 1.5 * random.median)).map(nameOf),
    overBudget: written.filter(({ guided, caught }) => !caught || guided.p90 > guidedRuns).map(nameOf),
    sabotages: made.length,
    sabotagesCaught: made.filter(({ caught }) => caught).length,
  };
}

/** What random search does not find counts as its cap. */
export function isHard({ random }: Detection): boolean {
  return random.median > HARD_RUNS;
}

/** To one decimal. */
function geometricMean(ratios: readonly number[]): number {
  const sum = ratios.reduce((total, ratio) => total + Math.log(ratio), 0);
  return Math.round(Math.exp(sum / ratios.length) * 10) / 10;
}

function nameOf({ scenario, variant }: Detection): string {
  return `${scenario} ${variant}`;
}
