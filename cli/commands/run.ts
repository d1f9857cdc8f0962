/** `eddy run`: a campaign for each scenario and variant, its failures saved, its reports written. */
import { campaigns, type Search } from '../campaigns.ts';
import { type Engine, engine as realEngine } from '../engine.ts';
import type { Host } from '../host.ts';
import { humanOutput } from '../human.ts';
import { jobsOf } from '../jobs.ts';
import { readCount, readKinds, readSeed, readStrategy, readTime, readWorkers } from '../options.ts';
import { jsonOutput } from '../output.ts';
import { version } from '../../reports/project.ts';
import { prepareOut } from '../out.ts';
import { readSavedResult } from '../read-result.ts';
import { findScenarios } from '../scenarios.ts';
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
  readonly workers?: string;
  readonly quick?: boolean;
  readonly checkDeterminism?: boolean;
  readonly out: string;
  readonly json?: boolean;
  readonly bail?: boolean;
  /** An earlier result.json: what is new since then is told. */
  readonly since?: string;
}

interface Asked extends Search {
  readonly seed: number | undefined;
  readonly out: string;
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
  const former = typed.since === undefined ? undefined : readSavedResult(typed.since, host, engine);
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
  return finish({ results, trouble, all: asked.all, out: asked.out, seed, command, former }, { host, engine, output });
}

/** @throws EddyError EDDY_USAGE for the first option that is wrong */
function read(typed: RunOptions): Asked {
  return {
    workers: readWorkers(typed.workers, typed.quick ? 0 : 1),
    seed: readSeed(typed.seed),
    runs: readCount('--runs', typed.runs),
    timeMs: readTime(typed.time),
    strategy: readStrategy(typed.strategy),
    kinds: readKinds(typed.faults),
    beyond: typed.beyond === true,
    quick: typed.quick === true,
    checkDeterminism: typed.checkDeterminism === true,
    bail: typed.bail === true,
    all: typed.variant === 'all',
    out: typed.out,
  };
}
