/** What the exit codes mean, and which one a campaign ends with. */
import type { Overall, ScenarioResult } from '../properties/runner/result.ts';
import type { CorrectRuns } from '../properties/runner/detection/correct.ts';
import type { Detection } from '../properties/runner/detection/detect.ts';
import type { ReplayResult } from '../properties/runner/replay.ts';

export const EXIT = {
  pass: 0,
  failed: 1,
  inconclusive: 2,
  diverged: 3,
  stale: 4,
  usage: 64,
  internal: 70,
  interrupted: 130,
} as const;

/** How a campaign was asked for, and how it ended. */
export interface Circumstances {
  /** `--variant all`: a wrong variant is there to be caught. */
  readonly all: boolean;
  readonly interrupted: boolean;
}

/** Time was up before a wrong variant was caught: it may be yet. */
export function isCutOff({ expected, verdict, caught, digest }: ScenarioResult): boolean {
  return expected !== 'pass' && caught !== true && verdict !== 'fail' && digest === undefined;
}

/** A wrong variant that nobody caught; one that was asked for by name, and fails by another property, is blamed for that. */
export function isMissed(result: ScenarioResult, all: boolean): boolean {
  const { expected, verdict, caught } = result;
  return expected !== 'pass' && caught !== true && !isCutOff(result) && (all || verdict === 'pass');
}

/** A wrong variant that is missed fails; with `--variant all` one that is caught is the harness doing its work. */
export function judge(result: ScenarioResult, all: boolean): Overall {
  if (isCutOff(result)) return 'unknown';
  if (isMissed(result, all)) return 'fail';
  if (all && result.expected !== 'pass') return 'pass';
  return result.diverged && result.verdict === 'pass' ? 'unknown' : result.verdict;
}

export function overall(results: readonly ScenarioResult[], all: boolean): Overall {
  const verdicts = results.map((result) => judge(result, all));
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'pass') ? 'pass' : 'unknown';
}

/** When several apply: 130, 3, 1, 2. */
export function campaignExit(results: readonly ScenarioResult[], { all, interrupted }: Circumstances): number {
  if (interrupted) return EXIT.interrupted;
  if (results.some(({ diverged }) => diverged)) return EXIT.diverged;
  return { fail: EXIT.failed, unknown: EXIT.inconclusive, pass: EXIT.pass }[overall(results, all)];
}

/** A written variant that is missed, or a right one that is accused, fails; a sabotage that nobody notices leaves it open. */
export function detectExit(all: readonly Detection[], correct: readonly CorrectRuns[], interrupted: boolean): number {
  if (interrupted) return EXIT.interrupted;
  if ([...all, ...correct].some(({ diverged }) => diverged)) return EXIT.diverged;
  if (correct.some(({ falseAlarms }) => falseAlarms > 0)) return EXIT.failed;
  if (all.some(({ caught, sabotage }) => !caught && sabotage === undefined)) return EXIT.failed;
  return all.length > 0 && all.every(({ caught }) => caught) ? EXIT.pass : EXIT.inconclusive;
}

export function detectVerdict(exitCode: number): Overall {
  return exitCode === EXIT.pass ? 'pass' : exitCode === EXIT.failed ? 'fail' : 'unknown';
}

const REPLAYED: Readonly<Record<ReplayResult['verdict'], readonly [exitCode: number, verdict: Overall]>> = {
  reproduced: [EXIT.failed, 'fail'],
  fixed: [EXIT.pass, 'pass'],
  'no-effect': [EXIT.inconclusive, 'unknown'],
  stale: [EXIT.stale, 'unknown'],
  diverged: [EXIT.diverged, 'unknown'],
};

type Replayed = Pick<ReplayResult, 'verdict' | 'neighbourhood'>;

export function replayExit(result: Replayed): number {
  return failsNearby(result) ? EXIT.failed : REPLAYED[result.verdict][0];
}

export function replayVerdict(result: Replayed): Overall {
  return failsNearby(result) ? 'fail' : REPLAYED[result.verdict][1];
}

/** It holds under its own seed alone: a property failed, whatever became of the replay itself. */
export function failsNearby({ verdict, neighbourhood }: Replayed): boolean {
  return (verdict === 'fixed' || verdict === 'no-effect') && (neighbourhood?.failed ?? 0) > 0;
}
