/**
 * A long run: campaigns over all built-in scenarios, correct variants, round after round with new seeds in one process, until so
 * many runs are made: `npm run long-run [-- --runs 1000000] [--seed 1] [--per-campaign 5000] [--workers 2] [--json]`, where
 * `--seed` is the first round's. No property may fail, no run may differ when it is made again (on a cold thread, and in every
 * fifth round each of them at once), no thread may be lost, and memory may not grow behind the second round: what this thread
 * keeps of some campaigns that it makes itself, when its garbage is collected. (What the process holds with its threads is
 * printed beside it; how much of that is garbage is luck.) It prints a line a round and ends with 1 where one of these does not
 * hold; Ctrl-C ends it with what was counted so far.
 */
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseArgs } from 'node:util';
import { campaign } from '../properties/runner/campaign.ts';
import { ThreadCrew } from '../properties/runner/crew/crew.ts';
import type { ScenarioResult } from '../properties/runner/result.ts';
import type { ScenarioShape } from '../properties/scenario.ts';
import { builtIn } from '../scenarios/built-in.fixture.ts';

/** In every so manieth round each run is made twice. */
const TWICE_EVERY = 5;
/** Runs of each scenario in a round that this thread makes itself. */
const HERE = 100;
/** Caches fill up to their bounds. */
const GROWTH_MAX = 1.1;
/** As a campaign of the command line: a run that takes so long has hung. */
const LIMIT_MS = 30_000;

interface Totals {
  readonly round: number;
  readonly runs: number;
  /** Runs that were made a second time at once. */
  readonly twice: number;
  /** Runs in which a fault took effect. */
  readonly struck: number;
  readonly falseAlarms: number;
  /** Campaigns in which a run differed when it was made again. */
  readonly diverged: number;
  /** What this thread keeps after the round, in MB. */
  readonly heapMb: number;
  /** Of the process with its threads, garbage and all, in MB. */
  readonly residentMb: number;
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    'per-campaign': { type: 'string', default: '5000' },
    workers: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'boolean', default: false },
  },
});
const wanted = Number(values.runs);
const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());
const crew = new ThreadCrew({ workers: Number(values.workers), limitMs: LIMIT_MS });

function campaignOf(shape: ScenarioShape, round: number, runs: number, isTwice: boolean): Promise<ScenarioResult> {
  const { name } = shape;
  const source = new URL(`../scenarios/${name}/${name}.scenario.ts`, import.meta.url).href;
  const o = {
    seed: Number(values.seed) + round - 1,
    runs,
    crew,
    source,
    checkDeterminism: isTwice,
    signal: interruption.signal,
  };
  return campaign(shape, 'correct', o);
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is left of some runs of each scenario that were made here. */
async function heapMbAfter(round: number): Promise<number> {
  for (const shape of builtIn) {
    if (interruption.signal.aborted) break;
    // Other runs than the crew's.
    await campaign(shape, 'correct', { seed: -round, runs: HERE, signal: interruption.signal });
  }
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
}

/** Each failure, and each run that differed, is told when it is found. */
function tell({ scenario, failures, diverged }: ScenarioResult): void {
  for (const { property, says, token } of failures) process.stderr.write(`${scenario}: ${property} ${says} ${token}\n`);
  if (diverged)
    process.stderr.write(`${scenario}: a run differed when it was made again: ${JSON.stringify(diverged)}\n`);
}

async function roundOf(before: Totals): Promise<Totals> {
  const round = before.round + 1;
  const isTwice = round % TWICE_EVERY === 0;
  let { runs, twice, struck, falseAlarms, diverged } = before;
  for (const shape of builtIn) {
    const count = Math.min(Number(values['per-campaign']), wanted - runs);
    if (count <= 0 || interruption.signal.aborted) break;
    const result = await campaignOf(shape, round, count, isTwice);
    tell(result);
    runs += result.runs;
    twice += isTwice ? result.runs : 0;
    struck += result.struck ?? 0;
    falseAlarms += result.properties.filter(({ verdict }) => verdict === 'fail').length;
    diverged += result.diverged ? 1 : 0;
  }
  const heapMb = await heapMbAfter(round);
  return { round, runs, twice, struck, falseAlarms, diverged, heapMb, residentMb: process.memoryUsage.rss() / 1e6 };
}

function line({ round, runs, twice, struck, falseAlarms, diverged, heapMb, residentMb }: Totals): string {
  const counts = `${runs} runs, ${struck} struck, ${twice} made twice, ${falseAlarms} false alarms, ${diverged} differed`;
  return `round ${round}: ${counts}, ${heapMb.toFixed(1)} MB kept here, ${Math.round(residentMb)} MB in all`;
}

const rounds: Totals[] = [];
let totals: Totals = { round: 0, runs: 0, twice: 0, struck: 0, falseAlarms: 0, diverged: 0, heapMb: 0, residentMb: 0 };
while (totals.runs < wanted && !interruption.signal.aborted) {
  totals = await roundOf(totals);
  rounds.push(totals);
  process.stdout.write(`${values.json ? JSON.stringify(totals) : line(totals)}\n`);
}
await crew.close();

const growth = totals.heapMb / (rounds[1]?.heapMb ?? totals.heapMb);
if (!values.json) process.stdout.write(`memory: ${growth.toFixed(2)} times what was kept after the second round\n`);
if (totals.falseAlarms + totals.diverged > 0 || growth > GROWTH_MAX) process.exitCode = 1;
