/** What a command says on standard output: for people, or one JSON object a line (docs/json-output.schema.json). */
import type { FailureResult, Overall, ScenarioResult, TwinResult } from '../properties/runner/result.ts';
import type { Repro, ReplayResult } from '../properties/runner/replay.ts';
import { kindsOf } from '../properties/scenario.ts';
import type { CanaryResult } from '../properties/runner/detection/canary.ts';
import type { CorrectRuns } from '../properties/runner/detection/correct.ts';
import type { Detection, Effort } from '../properties/runner/detection/detect.ts';
import type { DetectionSummary } from '../properties/runner/detection/summary.ts';
import { correctFields, detectionFields } from './detect-fields.ts';
import type { Found } from './scenarios.ts';
import { jsonLine } from '../reports/terminal/terminal-text.ts';

/** The version of the lines' shape; it changes when a field that somebody may read changes or goes. */
const SCHEMA = 1;

/** What is about to be done; printed before any work. */
export interface Start {
  readonly eddy: string;
  readonly command: string;
  /** The seed that was given, else the first scenario's own. */
  readonly seed: number;
  readonly given: boolean;
  /** Each scenario's seed. */
  readonly scenarios: readonly { readonly scenario: string; readonly seed: number }[];
}

export interface ScenarioTold {
  readonly result: ScenarioResult;
  /** With `--variant all`. */
  readonly all: boolean;
  readonly elapsedMs: number;
  replayOf(of: Pick<FailureResult, 'file' | 'token'>): string;
}

/** The result of `eddy matrix`. */
export type MatrixTold = Pick<ScenarioTold, 'result' | 'replayOf'>;

export interface ReplayTold {
  readonly repro: Repro;
  readonly variant: string;
  readonly result: ReplayResult;
  readonly trace: boolean;
}

export interface CorrectTold {
  readonly correct: CorrectRuns;
  replayOf(failure: FailureResult): string;
}

/** What `eddy detect` is about to spend. */
export interface EffortTold extends Effort {
  readonly quick: boolean;
}

export interface SummaryTold extends DetectionSummary {
  readonly quick: boolean;
  readonly seeds: number;
}

export interface End {
  readonly verdict: Overall;
  readonly exitCode: number;
  /** Path of the HTML page; absent when none was asked for, or it could not be written. */
  readonly report?: string | undefined;
}

export interface Output {
  start(start: Start): void;
  scenario(told: ScenarioTold): void;
  matrix(told: MatrixTold): void;
  replayed(told: ReplayTold): void;
  listed(found: readonly Found[]): void;
  effort(effort: EffortTold): void;
  canary(canary: CanaryResult): void;
  correctRuns(told: CorrectTold): void;
  detected(detection: Detection): void;
  detectSummary(summary: SummaryTold): void;
  end(end: End): void;
}

type Line = (type: string, fields: object) => void;

export function jsonOutput(out: (line: string) => void): Output {
  const line: Line = (type, fields) => out(jsonLine({ type, schema: SCHEMA, ...fields }));
  return {
    start: ({ eddy, command, seed, scenarios }) => line('start', { seed, eddy, command, scenarios }),
    scenario: ({ result }) => {
      for (const saved of result.saved ?? [])
        line('saved', { scenario: result.scenario, variant: result.variant, ...saved });
      line('scenario', scenarioFields(result));
      for (const failure of result.failures) line('failure', failureFields(failure));
    },
    matrix: ({ result }) => {
      line('matrix', { scenario: result.scenario, variant: result.variant, ...result.matrix });
      for (const failure of result.failures) line('failure', failureFields(failure));
    },
    replayed: ({ repro, variant, result, trace }) => {
      if (trace) for (const entry of result.history) line('entry', entry);
      const { verdict, digest, neighbourhood } = result;
      line('repro', { scenario: repro.scenario, variant, verdict, digest, ...(neighbourhood && { neighbourhood }) });
    },
    listed: (found) => {
      for (const one of found) line('listed', listedFields(one));
    },
    effort: () => {},
    canary: (canary) => line('canary', canary),
    correctRuns: ({ correct }) => line('detect-correct', correctFields(correct)),
    detected: (detection) => line('detect', detectionFields(detection)),
    detectSummary: (summary) => line('detect-summary', summary),
    end: (end) => line('end', end),
  };
}

function scenarioFields(result: ScenarioResult): object {
  const { scenario, variant, expected, verdict, runs, digest } = result;
  const properties = result.properties.map(({ id, name, verdict, exercised }) => ({ id, name, verdict, exercised }));
  return { scenario, variant, expected, verdict, runs, properties, ...(digest !== undefined && { digest }) };
}

function failureFields(failure: FailureResult): object {
  const { scenario, variant, property, token, file, digest, workload, neighbourhood, happened, thrown, twin } = failure;
  const faults = failure.faults.map(({ sentence, needed }) => ({ sentence, needed }));
  const where = file === undefined ? {} : { file };
  return {
    scenario,
    variant,
    property,
    token,
    ...where,
    digest,
    faults,
    workload: workload.length,
    neighbourhood,
    ...(happened !== undefined && { happened }),
    ...(thrown && { thrown }),
    ...(twin && { twin: twinFields(twin) }),
  };
}

function twinFields({ without, seed, verdict, digest, partsAt }: TwinResult): object {
  const differs = without === undefined ? { seed } : { without };
  return { ...differs, verdict, digest, partsAt };
}

export function listedFields({ scenario, path, known }: Found): object {
  const { name, story, patterns, properties, faults, wrong } = scenario;
  return {
    scenario: name,
    story,
    ...(patterns.length > 0 ? { patterns } : {}),
    ...(known ? {} : { path }),
    properties: properties.map(({ id, name, kind }) => ({ id, name, kind })),
    variants: Object.entries(wrong).map(([variant, { catalogue, breaks, because }]) => ({
      variant,
      ...(catalogue !== undefined && { catalogue }),
      breaks,
      because,
    })),
    faults: kindsOf(scenario),
    without: faults.without ?? {},
    assumes: faults.assumes ?? [],
  };
}
