/**
 * How many runs it takes to catch each wrong variant of the built-in scenarios: median and 90th percentile over seeds, the
 * probe counted. `npm run bench:detection -- [variant...] [--seeds 30] [--runs 600] [--strategy guided]`; ends with 1 when
 * a 90th percentile is above the bar.
 */
import { parseArgs } from 'node:util';
import { campaign, type Strategy } from '../properties/runner/campaign.ts';
import type { ScenarioShape } from '../properties/scenario.ts';
import { builtIn } from '../scenarios/built-in.fixture.ts';

const BAR_RUNS = 300;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '30' },
    runs: { type: 'string', default: '600' },
    strategy: { type: 'string', default: 'guided' },
  },
});
const seeds = Number(values.seeds);
const runs = Number(values.runs);
const strategy = values.strategy as Strategy;

/** Runs until the catch, for each seed in order of size; `Infinity` where it was not caught. */
async function catches(shape: ScenarioShape, variant: string): Promise<number[]> {
  const found: number[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const result = await campaign(shape, variant, { seed, runs, strategy, bail: true, explain: false });
    found.push(result.caught ? result.runs : Infinity);
  }
  return found.toSorted((a, b) => a - b);
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Infinity;
}

function line(...cells: readonly (string | number)[]): void {
  const [variant, ...numbers] = cells.map((cell) => (cell === Infinity ? `>${runs}` : String(cell)));
  process.stdout.write(`${variant?.padEnd(44)}${numbers.map((cell) => cell.padStart(9)).join('')}\n`);
}

line('variant', 'breaks', 'median', 'p90', 'worst', 'caught');
for (const shape of builtIn) {
  for (const variant of shape.variants) {
    if (positionals.length > 0 && !positionals.includes(variant)) continue;
    const sorted = await catches(shape, variant);
    const p90 = quantile(sorted, 0.9);
    const caught = sorted.filter(Number.isFinite).length;
    const breaks = shape.wrong[variant]?.breaks ?? '';
    line(`${shape.name} ${variant}`, breaks, quantile(sorted, 0.5), p90, quantile(sorted, 1), `${caught}/${seeds}`);
    if (p90 > BAR_RUNS) process.exitCode = 1;
  }
}
