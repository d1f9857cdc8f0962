/** What the specs of this room share: a host that remembers, results as the engine gives them. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ColdThreads } from '../properties/runner/cold.ts';
import type { FailureResult, ScenarioResult } from '../properties/runner/result.ts';
import type { Engine } from './engine.ts';
import type { Host } from './host.ts';
import { PROJECT } from '../reports/project.ts';

export interface FakeHost extends Host {
  readonly said: string[];
  readonly errors: string[];
  readonly interruption: AbortController;
}

export function fakeHost(o: Partial<Host> = {}): FakeHost {
  const said: string[] = [];
  const errors: string[] = [];
  const interruption = new AbortController();
  return {
    cwd: PROJECT,
    env: {},
    typed: ['run', 'payments'],
    out: (line) => void said.push(line),
    err: (line) => void errors.push(line),
    colors: false,
    bar: false,
    signal: interruption.signal,
    watch: () => {},
    now: () => 0,
    said,
    errors,
    interruption,
    ...o,
  };
}

export function tempFolder(): string {
  return mkdtempSync(join(tmpdir(), 'eddy-'));
}

export function aFailure(o: Partial<FailureResult> = {}): FailureResult {
  return {
    scenario: 'payments',
    variant: 'correct',
    property: 'I1',
    name: 'charged-once',
    says: '2 rows for p1',
    seed: 7,
    token: '',
    digest: '00ff',
    faults: [{ sentence: 'mq is silent from 0 s to 1 s', kind: 'outage', needed: true }],
    workload: [{ transactionId: 'p1' }],
    found: { run: 12, strategy: 'singles', faults: ['mq is silent from 0 s to 1 s'], items: 3 },
    outcome: 'quiet',
    why: [],
    evidence: [2],
    history: [
      { n: 0, timeUs: 0, process: 'billing/0', kind: 'started', data: { service: 'billing' }, causes: [] },
      { n: 1, timeUs: 10, process: 'mq', kind: 'fault', data: { sentence: 'mq is silent' }, causes: [] },
      { n: 2, timeUs: 20, process: 'billing/0', kind: 'inserted', data: { id: 'c1' }, causes: [0] },
    ],
    entriesCut: 0,
    happened: 'mq was silent, and billing/0 inserted c1',
    slice: [0, 2],
    twin: {
      without: 'mq is silent from 0 s to 1 s',
      verdict: 'pass',
      digest: '0a',
      partsAt: 1,
      history: [{ n: 1, timeUs: 15, process: 'billing/0', kind: 'stopped', data: { why: 'done' }, causes: [] }],
      entriesCut: 0,
    },
    neighbourhood: { runs: 20, failed: 14 },
    ...o,
  };
}

export function aResult(o: Partial<ScenarioResult> = {}): ScenarioResult {
  return {
    scenario: 'payments',
    story: '',
    variant: 'correct',
    expected: 'pass',
    seed: 7,
    verdict: 'pass',
    runs: 40,
    digest: 'ab',
    properties: [{ id: 'I1', name: 'charged-once', kind: 'safety', verdict: 'pass', exercised: 40 }],
    faults: [],
    assumes: [],
    without: {},
    failures: [],
    ...o,
  };
}

const EFFORT = { seeds: 20, guidedRuns: 100, randomRuns: 500, correctRuns: 50 };

const notAsked = (): Promise<never> => Promise.reject(new Error('not asked for'));

/** An engine that does nothing but answer. */
export function fakeEngine(o: Partial<Engine> = {}): Engine {
  return {
    crew: () => ({
      cold: new ColdThreads(),
      handsFor: () => ({ slice: notAsked, explain: notAsked, entries: notAsked, replay: notAsked }),
      close: () => Promise.resolve(),
    }),
    campaign: (_scenario, variant) => Promise.resolve(aResult({ variant })),
    matrix: (_scenario, variant) => Promise.resolve(aResult({ variant })),
    detect: () => Promise.reject(new Error('not asked for')),
    correctRuns: () => Promise.reject(new Error('not asked for')),
    singCanary: () => Promise.resolve([]),
    sabotaged: () => Promise.resolve([]),
    effort: { full: EFFORT, quick: { ...EFFORT, seeds: 2 } },
    seedOf: () => 7,
    readRepro: () => {
      throw new Error('not asked for');
    },
    replay: () => Promise.reject(new Error('not asked for')),
    writeRepro: () => '{}\n',
    savedIn: () => [],
    replaySaved: () => Promise.resolve([]),
    annotations: () => [],
    readResult: () => {
      throw new Error('not asked for');
    },
    writeReports: (_result, out) => ({
      html: join(out, 'index.html'),
      json: join(out, 'result.json'),
      junit: join(out, 'junit.xml'),
      markdown: join(out, 'summary.md'),
    }),
    ...o,
  };
}

export interface JsonLine {
  readonly type: string;
  readonly [field: string]: unknown;
}

const validates = new Ajv2020({ strict: true }).compile(
  JSON.parse(readFileSync(join(PROJECT, 'docs/json-output.schema.json'), 'utf8')) as object,
);

/** The lines as objects. @throws Error for one that the schema does not know */
export function validLines(lines: readonly string[]): readonly JsonLine[] {
  return lines.map((line) => {
    const value = JSON.parse(line) as JsonLine;
    if (!validates(value)) throw new Error(`${line} is not in the schema: ${JSON.stringify(validates.errors)}`);
    return value;
  });
}
