/** `check` and `assertHolds`: a campaign from a test, as fast-check's `check` and `assert`. */
import { relative } from 'node:path';
import { EddyError } from '../../sim/errors.ts';
import type { Thrown } from '../../sim/thrown.ts';
import type { Scenario, ScenarioShape } from '../scenario.ts';
import { checkAsked } from './asked.ts';
import { campaign, seedOf } from './campaign.ts';
import type { FailureResult, SavedReplay } from './result.ts';
import { shapeOf } from './run.ts';
import { type ReplayedFailure, replaySaved, savedIn } from './saved.ts';
import { thrownText } from './thrown-text.ts';

/** How a campaign of `check` and `assertHolds` is made. */
export interface CheckOptions {
  /** Default: a hash of the scenario's name. */
  seed?: number;
  /** Default 1000. */
  runs?: number;
  /** Cuts the campaign; what was found so far stands. */
  timeMs?: number;
  /** Default `correct`. */
  variant?: string;
  /** Any use of Date, Math.random, timers and the like in the services throws, with its call site: `EDDY_STRICT`. */
  strict?: boolean;
  /** A repro file, or a folder of them, to replay first. */
  saved?: string;
}

/** A failure of a property, shrunk. */
export interface Failure {
  readonly property: string;
  readonly says: string;
  /** Pass it to `eddy repro`; empty when it would pass 2 KB. */
  readonly token: string;
  readonly file?: string;
  readonly faults: readonly { readonly sentence: string; readonly needed: boolean }[];
  readonly workload: readonly unknown[];
  /** What the code under test threw and nobody caught. */
  readonly thrown?: readonly Thrown[];
}

/** What a campaign came to. `unknown`: it never failed, but nothing can be said of the properties that are named. */
export type CheckResult = (
  | { readonly verdict: 'pass'; readonly runs: number }
  | { readonly verdict: 'fail'; readonly runs: number; readonly failures: readonly [Failure, ...Failure[]] }
  | { readonly verdict: 'unknown'; readonly runs: number; readonly neverExercised: readonly string[] }
) & {
  /** What became of each failure of `CheckOptions.saved`; absent when none were asked for. */
  readonly saved?: readonly SavedReplay[];
};

interface Checked {
  readonly result: CheckResult;
  /** In which file the scenario stands, where its name alone does not find it. */
  readonly file: string | undefined;
  /** Why nothing can be said, of each property that it is so of. */
  readonly why: readonly string[];
}

/**
 * A campaign that answers: looks for faults that break a property. Never throws for a failure of a property.
 * @throws EddyError EDDY_NOT_DETERMINISTIC, EDDY_LAW, and EDDY_USAGE for options that are none
 */
export async function check<I>(scenario: Scenario<I>, o: CheckOptions = {}): Promise<CheckResult> {
  return (await checked('check', shapeOf(scenario), o)).result;
}

async function checked(by: string, shape: ScenarioShape, o: CheckOptions): Promise<Checked> {
  checkAsked(by, o);
  const replayed = await replayedFirst(shape, o);
  const told = o.saved === undefined ? {} : { saved: replayed.map(({ saved }) => saved) };
  const result = await campaign(shape, o.variant ?? 'correct', {
    seed: o.seed ?? seedOf(shape.name),
    runs: o.runs ?? 1000,
    strict: o.strict === true,
    ...(o.timeMs === undefined ? {} : { timeMs: o.timeMs }),
  });
  if (result.diverged)
    throw new EddyError('EDDY_NOT_DETERMINISTIC', result.diverged.says, { diverged: result.diverged });
  const again = replayed.flatMap(({ failure }) => failure ?? []);
  const [first, ...rest] = [...again, ...result.failures].map(failureOf);
  const answer = { file: fileOf(shape), why: [] };
  if (first) return { ...answer, result: { verdict: 'fail', runs: result.runs, failures: [first, ...rest], ...told } };
  const stale = replayed.flatMap(({ saved: { verdict, name, file, says } }) =>
    verdict === 'stale' ? [`${name} of ${file}, which is stale: ${says.join('; ')}`] : [],
  );
  if (result.verdict === 'pass' && stale.length === 0)
    return { ...answer, result: { verdict: 'pass', runs: result.runs, ...told } };
  const never = result.properties.filter(({ verdict }) => verdict === 'unknown');
  const neverExercised = [...never.map(({ name }) => name), ...stale];
  return {
    ...answer,
    result: { verdict: 'unknown', runs: result.runs, neverExercised, ...told },
    why: [...never.map(({ name, says = '' }) => `${name} (${says})`), ...stale],
  };
}

/** A file below the folder at hand that ends so is found by the scenario's name. */
function fileOf({ madeIn }: ScenarioShape): string | undefined {
  if (madeIn === undefined) return undefined;
  const path = relative(process.cwd(), madeIn);
  return path.endsWith('.scenario.ts') && !path.startsWith('..') ? undefined : path;
}

/**
 * A campaign that throws: the whole test, in any test runner. What it throws says what failed, with which faults and
 * workload, and the command that replays it.
 * @throws EddyError EDDY_PROPERTY_FAILED with the failures; EDDY_INCONCLUSIVE when a premise came up too seldom
 */
export async function assertHolds<I>(scenario: Scenario<I>, o: CheckOptions = {}): Promise<void> {
  const { result, file, why } = await checked('assertHolds', shapeOf(scenario), o);
  if (result.verdict === 'fail') {
    const told = result.failures.map((failure) => describe(failure, file));
    throw new EddyError('EDDY_PROPERTY_FAILED', told.join('\n\n'), { failures: result.failures });
  }
  if (result.verdict === 'unknown') {
    throw new EddyError('EDDY_INCONCLUSIVE', `After ${result.runs} runs nothing can be said of: ${why.join(', ')}`, {
      neverExercised: result.neverExercised,
    });
  }
}

function describe(
  { property, says, thrown = [], faults, workload, token, file }: Failure,
  source: string | undefined,
): string {
  const where = source === undefined ? '' : ` ${/^[\w./-]+$/.test(source) ? source : JSON.stringify(source)}`;
  return [
    `${property} failed: ${says}`,
    ...thrown.map((each) => `  threw    ${thrownText(each)}`),
    ...faults.map(({ sentence, needed }) => `  ${needed ? 'needed  ' : '        '}${sentence}`),
    `  workload ${JSON.stringify(workload)}`,
    `  replay   npx eddy repro ${token === '' ? (file ?? '(too long for a token)') : token}${where}`,
  ].join('\n');
}

function failureOf({ property, says, token, file, faults, workload, thrown }: FailureResult): Failure {
  return {
    property,
    says,
    token,
    ...(file === undefined ? {} : { file }),
    faults,
    workload,
    ...(thrown && { thrown }),
  };
}

/** @throws EddyError EDDY_NOT_DETERMINISTIC, EDDY_REPRO */
async function replayedFirst(
  shape: ScenarioShape,
  { saved, variant = 'correct' }: CheckOptions,
): Promise<readonly ReplayedFailure[]> {
  const replayed = saved === undefined ? [] : await replaySaved(shape, variant, savedIn(saved));
  for (const { saved: of, diverged } of replayed) {
    if (diverged) throw new EddyError('EDDY_NOT_DETERMINISTIC', `${of.file}: ${of.says.join('; ')}`, { diverged });
  }
  return replayed;
}
