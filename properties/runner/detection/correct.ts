/** The other half of detection: what is right must not be accused, and how many runs say so. */
import { kindsOf, type ScenarioShape } from '../../scenario.ts';
import { campaign as realCampaign } from '../campaign.ts';
import type { Divergence, FailureResult } from '../result.ts';
import type { DetectOptions } from './detect.ts';

export interface CorrectRuns {
  readonly scenario: string;
  readonly runs: number;
  /** Runs in which at least one fault took effect: half of them at least, or they say little. */
  readonly struck: number;
  /** Properties that failed, counted for each campaign. */
  readonly falseAlarms: number;
  readonly violated: readonly string[];
  /** Without a failure in n runs, at 95 % less than this share of the runs of this generator fail: 3 / n. */
  readonly below?: number;
  /** Kinds of the model that took effect fewer than 30 times. */
  readonly seldom: readonly string[];
  /** The first false alarm, explained. */
  readonly failures: readonly FailureResult[];
  readonly diverged?: Divergence;
}

/** Runs of one campaign: several seeds, so that several workloads. */
const RUNS_PER_SEED = 1_000;
const EFFECTS_MIN = 30;
/** P(no failure in n runs) = (1 - p)^n <= 5 % where p >= 3 / n. */
const RULE_OF_THREE = 3;

export async function correctRuns(shape: ScenarioShape, o: DetectOptions): Promise<CorrectRuns> {
  const { correctRuns: wanted, signal, campaign = realCampaign } = o;
  const violated = new Set<string>();
  const effects = new Map<string, number>();
  let [runs, struck, falseAlarms] = [0, 0, 0];
  let failures: readonly FailureResult[] = [];
  let diverged: Divergence | undefined;
  const isOver = (): boolean => signal?.aborted === true || diverged !== undefined;
  for (let seed = 1; runs < wanted && !isOver(); seed++) {
    const options = { seed, runs: Math.min(RUNS_PER_SEED, wanted - runs), ...(signal ? { signal } : {}) };
    const result = await campaign(shape, 'correct', { ...options, explain: failures.length === 0 });
    runs += result.runs;
    struck += result.struck ?? 0;
    for (const { kind, tookEffect } of result.faults) effects.set(kind, (effects.get(kind) ?? 0) + tookEffect);
    const failed = result.properties.filter(({ verdict }) => verdict === 'fail');
    falseAlarms += failed.length;
    for (const { id } of failed) violated.add(id);
    if (failures.length === 0) failures = result.failures.slice(0, 1);
    ({ diverged } = result);
    o.onProgress?.(runs, wanted);
    if (result.runs === 0) break;
  }
  return {
    scenario: shape.name,
    runs,
    struck,
    falseAlarms,
    violated: [...violated],
    ...(falseAlarms === 0 && runs > 0 ? { below: Math.min(1, RULE_OF_THREE / runs) } : {}),
    seldom: kindsOf(shape).filter((kind) => (effects.get(kind) ?? 0) < EFFECTS_MIN),
    failures,
    ...(diverged ? { diverged } : {}),
  };
}
