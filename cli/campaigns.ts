/**
 * The campaigns of one command: as many at a time as there are workers, told one after the other in the order that was
 * asked for, whichever ends first.
 */
import type { Strategy } from '../properties/runner/campaign.ts';
import type { Crew } from '../properties/runner/hands.ts';
import type { ScenarioResult } from '../properties/runner/result.ts';
import { widestRound } from '../properties/runner/rounds.ts';
import { RUNS_PER_SLICE } from '../properties/runner/slice-work.ts';
import type { FaultKind } from '../properties/scenario.ts';
import type { Engine } from './engine.ts';
import { judge } from '../reports/exit-codes.ts';
import { type Host, runLimitMs } from './host.ts';
import type { Job } from './jobs.ts';
import { keep, replayCommand } from './keep.ts';
import type { Output } from './output.ts';
import { Board } from './progress.ts';
import { Failures } from '../reports/failures.ts';
import { savedFirst, withSaved } from './saved.ts';
import { takeTurns } from './turns.ts';

/** A correct variant ends with a tenth of the runs, if each property has its verdict by then. */
const QUICK_PART = 10;
/** Other seeds that the plan of a failure is tried under. */
const QUICK_NEARBY = 10;

/** How to search. */
export interface Search {
  readonly runs: number;
  /** For all campaigns together. */
  readonly timeMs: number | undefined;
  readonly strategy: Strategy | undefined;
  readonly kinds: readonly FaultKind[] | undefined;
  readonly beyond: boolean;
  /** Correct variants end when each property has its verdict, and failures are tried under few other seeds. */
  readonly quick: boolean;
  readonly checkDeterminism: boolean;
  readonly bail: boolean;
  /** With `--variant all`. */
  readonly all: boolean;
  readonly workers: number;
}

interface With {
  readonly host: Host;
  readonly engine: Engine;
  readonly output: Output;
}

interface Ended {
  readonly replayed: Awaited<ReturnType<typeof savedFirst>>;
  readonly raw: ScenarioResult;
  readonly elapsedMs: number;
}

/** What one of them throws ends them all, and what was found before, in their order, is kept. */
export async function campaigns(
  jobs: readonly Job[],
  search: Search & { readonly out: string },
  { host, engine, output }: With,
): Promise<{ results: readonly ScenarioResult[]; trouble?: unknown }> {
  const results: ScenarioResult[] = [];
  const failures = new Failures(search.out);
  const slices = Math.ceil(search.runs / RUNS_PER_SLICE);
  const workers = Math.min(search.workers, jobs.length * widestRound(slices));
  const crew = engine.crew(workers, runLimitMs(host.env));
  const over = new AbortController();
  const board = new Board(jobs, host);
  const start = timed(search, { host, engine, crew, board, jobs, signal: AbortSignal.any([host.signal, over.signal]) });
  try {
    // One more than there are workers: while one waits for its fresh thread, or is told, the workers have another's runs to
    // make. With a time each has its share of it, so they go one by one.
    const width = search.timeMs === undefined ? workers + 1 : 1;
    for await (const [n, ended] of takeTurns(jobs, width, start)) {
      const job = jobs[n] as Job;
      board.told(n);
      if (!ended) continue;
      const result = withSaved(keep(ended.raw, job.found, failures, { host, engine }), job.found, ended.replayed);
      results.push(result);
      output.scenario({
        result,
        all: search.all,
        elapsedMs: ended.elapsedMs,
        replayOf: ({ file, token }) => replayCommand(file ?? token, job.found, host),
      });
      if (search.bail && judge(result, search.all) === 'fail') break;
    }
  } catch (trouble) {
    return { results, trouble };
  } finally {
    over.abort();
    board.close();
    await crew.close();
  }
  return { results };
}

interface Around {
  readonly host: Host;
  readonly engine: Engine;
  readonly crew: Crew;
  readonly board: Board;
  readonly jobs: readonly Job[];
  readonly signal: AbortSignal;
}

/** Starts a campaign when its turn has come; nothing, when all is over by then. */
function timed(search: Search, { host, engine, crew, board, jobs, signal }: Around) {
  const { timeMs, runs, quick, strategy, kinds, beyond, checkDeterminism, bail, all } = search;
  const deadline = timeMs === undefined ? undefined : host.now() + timeMs;
  return async (job: Job, n: number): Promise<Ended | undefined> => {
    const { variant, seed } = job;
    const { scenario, source } = job.found;
    if (signal.aborted) return undefined;
    const started = host.now();
    const replayed = await savedFirst(job, { host, engine, crew });
    if (signal.aborted) return undefined;
    const raw = await engine.campaign(scenario, variant, {
      seed,
      runs,
      ...(quick && { nearby: QUICK_NEARBY }),
      ...(quick && variant === 'correct' && { enough: Math.ceil(runs / QUICK_PART) }),
      ...(deadline !== undefined && { timeMs: share(deadline - started, jobs.length - n) }),
      ...(strategy && { strategy }),
      ...(kinds && { kinds }),
      beyond,
      checkDeterminism,
      bail: bail || (all && variant !== 'correct'),
      source,
      crew,
      signal,
      onProgress: (done, of) => board.update(n, done, of),
    });
    return { raw, replayed, elapsedMs: host.now() - started };
  };
}

/** What is left of the time, in equal parts for those that are left. */
function share(leftMs: number, campaignsLeft: number): number {
  return Math.max(1, Math.floor(leftMs / campaignsLeft));
}
