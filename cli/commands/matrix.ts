/** `eddy matrix`: every site of a workload by every single fault that fits, each cell run. */
import type { ScenarioResult } from '../../properties/runner/result.ts';
import { shellWord } from '../../reports/replay.ts';
import { type Engine, engine as realEngine } from '../engine.ts';
import { finish } from '../finish.ts';
import { type Host, runLimitMs } from '../host.ts';
import { humanOutput } from '../human.ts';
import { type Job, jobsOf } from '../jobs.ts';
import { keep, replayCommand } from '../keep.ts';
import { readCount, readKinds, readNumber, readSeed } from '../options.ts';
import { jsonOutput } from '../output.ts';
import { progressOf } from '../progress.ts';
import { version } from '../../reports/project.ts';
import { Failures } from '../../reports/failures.ts';
import { prepareOut } from '../out.ts';
import { findScenarios } from '../scenarios.ts';
import { visible } from '../../reports/terminal/terminal-text.ts';

/** As typed. */
export interface MatrixOptions {
  readonly variant?: string;
  readonly seed?: string;
  readonly items?: string;
  readonly runs: string;
  readonly pairs: string;
  readonly faults?: string;
  readonly out: string;
  readonly json?: boolean;
}

type Asked = Omit<Parameters<Engine['matrix']>[2], 'seed' | 'signal' | 'onProgress'>;

/** A wrong variant fails as the user's own code would. */
export async function matrix(
  name: string,
  typed: MatrixOptions,
  host: Host,
  engine: Engine = realEngine,
): Promise<number> {
  const given = readSeed(typed.seed);
  const kinds = readKinds(typed.faults);
  const asked: Asked = {
    ...(typed.items === undefined ? {} : { items: readCount('--items', typed.items) }),
    runs: readCount('--runs', typed.runs),
    pairs: readNumber('--pairs', typed.pairs),
    ...(kinds && { kinds }),
  };
  const found = await findScenarios([name], host);
  const jobs = jobsOf(found, typed.variant ?? 'correct', (of) => given ?? engine.seedOf(of));
  prepareOut(typed.out, host.cwd);
  const output = typed.json ? jsonOutput(host.out) : humanOutput(host.out, host.colors);
  const command = host.typed.map(shellWord).join(' ');
  const seed = jobs[0]?.seed ?? 0;
  const scenarios = found.map(({ scenario }) => ({ scenario: scenario.name, seed }));
  output.start({ eddy: version(), command, seed, given: given !== undefined, scenarios });
  const failures = new Failures(typed.out);
  const results: ScenarioResult[] = [];
  let trouble: unknown;
  try {
    for (const job of jobs) {
      if (host.signal.aborted) break;
      const result = keep(await matrixOf(job, asked, { host, engine }), job.found, failures, { host, engine });
      results.push(result);
      output.matrix({ result, replayOf: ({ file, token }) => replayCommand(file ?? token, job.found, host) });
    }
  } catch (thrown) {
    trouble = thrown;
  }
  return finish({ results, trouble, all: false, out: typed.out, seed, command }, { host, engine, output });
}

async function matrixOf(
  { found: { scenario }, variant, seed }: Job,
  asked: Asked,
  { host, engine }: { host: Host; engine: Engine },
): Promise<ScenarioResult> {
  const label = `${scenario.name} (${variant})`;
  const progress = progressOf(label, host);
  host.watch({ phase: 'run', what: visible(label), limitMs: runLimitMs(host.env) });
  try {
    return await engine.matrix(scenario, variant, {
      ...asked,
      seed,
      signal: host.signal,
      onProgress: progress.update,
    });
  } finally {
    progress.stop();
    host.watch({ phase: 'idle' });
  }
}
