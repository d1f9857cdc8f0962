/** `check` and `assertHolds`: a campaign from a test, as fast-check's `check` and `assert`. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EddyError } from '../../sim/errors.ts';
import type { Scenario, ScenarioShape } from '../scenario.ts';
import { campaign, seedOf } from './campaign.ts';
import { readRepro, replay } from './replay.ts';
import type { FailureResult } from './result.ts';
import { shapeOf } from './run.ts';

export interface CheckOptions {
  /** Default: a hash of the scenario's name. */
  seed?: number;
  /** Default 1000. */
  runs?: number;
  /** Cuts the campaign; what was found so far stands. */
  timeMs?: number;
  /** Default `correct`. */
  variant?: string;
  /** A repro file, or a folder of them, to replay first. */
  saved?: string;
}

export interface Failure {
  readonly property: string;
  readonly says: string;
  /** Pass it to `eddy repro`; empty when it would pass 2 KB. */
  readonly token: string;
  readonly file?: string;
  readonly faults: readonly { readonly sentence: string; readonly needed: boolean }[];
  readonly workload: readonly unknown[];
}

export type CheckResult =
  | { readonly verdict: 'pass'; readonly runs: number }
  | { readonly verdict: 'fail'; readonly runs: number; readonly failures: readonly [Failure, ...Failure[]] }
  | { readonly verdict: 'unknown'; readonly runs: number; readonly neverExercised: readonly string[] };

/** Never throws for a failure of a property. @throws EddyError EDDY_NOT_DETERMINISTIC, EDDY_LAW, and for wrong use */
export async function check<I>(scenario: Scenario<I>, o: CheckOptions = {}): Promise<CheckResult> {
  const shape = shapeOf(scenario);
  const { failures: saved, stale } = o.saved === undefined ? NONE_SAVED : await replaySaved(shape, o.saved, o.variant);
  const result = await campaign(shape, o.variant ?? 'correct', {
    seed: o.seed ?? seedOf(shape.name),
    runs: o.runs ?? 1000,
    ...(o.timeMs === undefined ? {} : { timeMs: o.timeMs }),
  });
  if (result.diverged)
    throw new EddyError('EDDY_NOT_DETERMINISTIC', result.diverged.says, { diverged: result.diverged });
  const [first, ...rest] = [...saved, ...result.failures.map(failureOf)];
  if (first) return { verdict: 'fail', runs: result.runs, failures: [first, ...rest] };
  if (result.verdict === 'pass' && stale.length === 0) return { verdict: 'pass', runs: result.runs };
  const never = result.properties.filter(({ verdict }) => verdict === 'unknown').map(({ name }) => name);
  return { verdict: 'unknown', runs: result.runs, neverExercised: [...never, ...stale] };
}

/** @throws EddyError EDDY_PROPERTY_FAILED with the failures; EDDY_INCONCLUSIVE when a premise came up too seldom */
export async function assertHolds<I>(scenario: Scenario<I>, o: CheckOptions = {}): Promise<void> {
  const result = await check(scenario, o);
  if (result.verdict === 'fail') {
    throw new EddyError('EDDY_PROPERTY_FAILED', result.failures.map(describe).join('\n\n'), {
      failures: result.failures,
    });
  }
  if (result.verdict === 'unknown') {
    const names = result.neverExercised.join(', ');
    throw new EddyError('EDDY_INCONCLUSIVE', `After ${result.runs} runs nothing can be said of: ${names}`, {
      neverExercised: result.neverExercised,
    });
  }
}

function describe({ property, says, faults, workload, token, file }: Failure): string {
  return [
    `${property} failed: ${says}`,
    ...faults.map(({ sentence, needed }) => `  ${needed ? 'needed  ' : '        '}${sentence}`),
    `  workload ${JSON.stringify(workload)}`,
    `  replay   eddy repro ${token === '' ? (file ?? '(too long for a token)') : token}`,
  ].join('\n');
}

function failureOf({ property, says, token, file, faults, workload }: FailureResult): Failure {
  return { property, says, token, ...(file === undefined ? {} : { file }), faults, workload };
}

interface Saved {
  readonly failures: readonly Failure[];
  /** Those that say nothing any more, since what they name is gone. */
  readonly stale: readonly string[];
}

const NONE_SAVED: Saved = { failures: [], stale: [] };

async function replaySaved(shape: ScenarioShape, path: string, variant: string | undefined): Promise<Saved> {
  const failures: Failure[] = [];
  const stale: string[] = [];
  for (const file of filesIn(path)) {
    const repro = readRepro(readFileSync(file, 'utf8'));
    if (repro.scenario !== shape.name) continue;
    const { verdict, failure, says, diverged } = await replay(shape, repro, { variant: variant ?? 'correct' });
    if (verdict === 'diverged')
      throw new EddyError('EDDY_NOT_DETERMINISTIC', `${file}: ${says.join('; ')}`, { diverged });
    if (verdict === 'stale') stale.push(`${repro.name} of ${file}, which is stale: ${says.join('; ')}`);
    if (verdict === 'reproduced' && failure) failures.push({ ...failureOf(failure), file });
  }
  return { failures, stale };
}

function filesIn(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => name.endsWith('.json'));
    return names.toSorted().map((name) => join(path, name));
  } catch {
    throw new EddyError('EDDY_REPRO', `There are no saved failures at "${path}": no such file or folder`, { path });
  }
}
