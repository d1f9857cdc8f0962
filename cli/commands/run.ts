/** `eddy run`: a campaign for each scenario and variant, its failures saved, its reports written. */
import type { Strategy } from '../../properties/runner/campaign.ts';
import type { FaultKind } from '../../properties/scenario.ts';
import type { ScenarioResult } from '../../properties/runner/result.ts';
import { type Engine, engine as realEngine } from '../engine.ts';
import { judge } from '../exit-codes.ts';
import { type Host, runLimitMs } from '../host.ts';
import { humanOutput } from '../human.ts';
import { type Job, jobsOf } from '../jobs.ts';
import { readCount, readKinds, readSeed, readStrategy, readTime } from '../options.ts';
import { jsonOutput, type Output } from '../output.ts';
import { progressOf } from '../progress.ts';
import { keep, replayCommand } from '../keep.ts';
import { version } from '../project.ts';
import { Failures, prepareOut } from '../save.ts';
import { savedFirst, withSaved } from '../saved.ts';
import { findScenarios } from '../scenarios.ts';
import { visible } from '../terminal-text.ts';
import { shellWord } from '../../reports/replay.ts';
import { finish } from '../finish.ts';

/** As typed. */
export interface RunOptions {
  readonly variant?: string;
  readonly seed?: string;
  readonly runs: string;
  readonly time?: string;
  readonly strategy?: string;
  readonly faults?: string;
  readonly beyond?: boolean;
  readonly workers: string;
  readonly checkDeterminism?: boolean;
  readonly out: string;
  readonly json?: boolean;
  readonly bail?: boolean;
}

interface Asked {
  readonly seed: number | undefined;
  readonly runs: number;
  readonly timeMs: number | undefined;
  readonly strategy: Strategy | undefined;
  readonly kinds: readonly FaultKind[] | undefined;
  readonly all: boolean;
  readonly out: string;
  readonly typed: RunOptions;
}

export async function run(
  names: readonly string[],
  typed: RunOptions,
  host: Host,
  engine: Engine = realEngine,
): Promise<number> {
  const asked = read(typed);
  const found = await findScenarios(names, host);
  const jobs = jobsOf(found, typed.variant ?? 'correct', (name) => asked.seed ?? engine.seedOf(name));
  prepareOut(asked.out, host.cwd);
  const output = typed.json ? jsonOutput(host.out) : humanOutput(host.out, host.colors);
  const seeds = new Map(jobs.map(({ found: { scenario }, seed }) => [scenario.name, seed]));
  const command = host.typed.map(shellWord).join(' ');
  const seed = jobs[0]?.seed ?? 0;
  output.start({
    eddy: version(),
    command,
    seed,
    given: asked.seed !== undefined,
    scenarios: [...seeds].map(([scenario, own]) => ({ scenario, seed: own })),
  });
  const { results, trouble } = await campaigns(jobs, asked, { host, engine, output });
  return finish({ results, trouble, all: asked.all, out: asked.out, seed, command }, { host, engine, output });
}

/** @throws EddyError EDDY_USAGE for the first option that is wrong */
function read(typed: RunOptions): Asked {
  readCount('--workers', typed.workers);
  return {
    seed: readSeed(typed.seed),
    runs: readCount('--runs', typed.runs),
    timeMs: readTime(typed.time),
    strategy: readStrategy(typed.strategy),
    kinds: readKinds(typed.faults),
    all: typed.variant === 'all',
    out: typed.out,
    typed,
  };
}

interface With {
  readonly host: Host;
  readonly engine: Engine;
  readonly output: Output;
}

/** One after the other; what one of them throws ends them, and what was found before is kept. */
async function campaigns(
  jobs: readonly Job[],
  asked: Asked,
  { host, engine, output }: With,
): Promise<{ results: readonly ScenarioResult[]; trouble?: unknown }> {
  const results: ScenarioResult[] = [];
  const failures = new Failures(asked.out);
  const deadline = asked.timeMs === undefined ? undefined : host.now() + asked.timeMs;
  try {
    for (const [n, job] of jobs.entries()) {
      if (host.signal.aborted) break;
      const started = host.now();
      const timeMs = deadline === undefined ? undefined : share(deadline - started, jobs.length - n);
      const replayed = await savedFirst(job, { host, engine });
      const raw = await campaignOf(job, asked, timeMs, { host, engine });
      const result = withSaved(keep(raw, job.found, failures, { host, engine }), job.found, replayed);
      results.push(result);
      output.scenario({
        result,
        all: asked.all,
        elapsedMs: host.now() - started,
        replayOf: ({ file, token }) => replayCommand(file ?? token, job.found, host),
      });
      if (asked.typed.bail && judge(result, asked.all) === 'fail') break;
    }
  } catch (trouble) {
    return { results, trouble };
  }
  return { results };
}

/** What is left of the time, in equal parts for those that are left. */
function share(leftMs: number, campaignsLeft: number): number {
  return Math.max(1, Math.floor(leftMs / campaignsLeft));
}

async function campaignOf(
  { found, variant, seed }: Job,
  { runs, strategy, kinds, all, typed }: Asked,
  timeMs: number | undefined,
  { host, engine }: Omit<With, 'output'>,
): Promise<ScenarioResult> {
  const { scenario, source } = found;
  const label = `${scenario.name} (${variant})`;
  const progress = progressOf(label, host);
  host.watch({ phase: 'run', what: visible(label), limitMs: runLimitMs(host.env) });
  try {
    return await engine.campaign(scenario, variant, {
      seed,
      runs,
      ...(timeMs !== undefined && { timeMs }),
      ...(strategy && { strategy }),
      ...(kinds && { kinds }),
      beyond: typed.beyond === true,
      checkDeterminism: typed.checkDeterminism === true,
      bail: typed.bail === true || (all && variant !== 'correct'),
      source,
      signal: host.signal,
      onProgress: progress.update,
    });
  } finally {
    progress.stop();
    host.watch({ phase: 'idle' });
  }
}
