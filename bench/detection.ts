/**
 * How many runs it takes to catch each wrong variant of the built-in scenarios: median and 90th percentile over seeds, the
 * probe counted. `npm run bench:detection -- [variant...] [--seeds 30] [--runs 600] [--strategy guided]`; ends with 1 when
 * a 90th percentile is above the bar. `eddy detect` measures against random search and the correct variants too.
 */
import { parseArgs } from 'node:util';
import type { Strategy } from '../properties/runner/campaign.ts';
import { catches } from '../properties/runner/detection/catches.ts';
import { runsToCatch } from '../properties/runner/detection/interval.ts';
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
const cap = Number(values.runs);
const strategy = values.strategy as Strategy;

function line(...cells: readonly (string | number)[]): void {
  const [variant, ...numbers] = cells.map(String);
  process.stdout.write(`${variant?.padEnd(44)}${numbers.map((cell) => cell.padStart(9)).join('')}\n`);
}

line('variant', 'breaks', 'median', 'low', 'high', 'p90', 'caught');
for (const shape of builtIn) {
  for (const variant of shape.variants) {
    if (positionals.length > 0 && !positionals.includes(variant)) continue;
    const { found } = await catches(shape, variant, { strategy, seeds, cap });
    const { median, low, high, p90, censored } = runsToCatch(found, cap);
    const breaks = shape.wrong[variant]?.breaks ?? '';
    const shown = censored > found.length * 0.1 ? `>${cap}` : p90;
    line(`${shape.name} ${variant}`, breaks, median, low, high, shown, `${seeds - censored}/${seeds}`);
    if (shown !== p90 || p90 > BAR_RUNS) process.exitCode = 1;
  }
}
