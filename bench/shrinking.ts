/**
 * How small shrinking makes the failures of all wrong variants, and how much time of the processor it takes:
 * `npm run bench:shrinking -- [variant...]`. Each begins with at least 8 faults and 15 items. Ends with 1 where a median is above its bar.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { quantile } from '../properties/runner/detection/interval.ts';
import { readRepro } from '../properties/runner/replay.ts';
import { shrink } from '../properties/runner/shrink.ts';
import { swollen } from '../properties/runner/swollen.fixture.ts';
import { builtIn } from '../scenarios/built-in.fixture.ts';
import { inWorlds } from '../sim/simulate.ts';

const BARS = { faults: 2, items: 3, ms: 500 } as const;
const { positionals } = parseArgs({ allowPositionals: true });
const folder = new URL('../repros/', import.meta.url);
const measured: Record<keyof typeof BARS, number[]> = { faults: [], items: [], ms: [] };
let cut = 0;

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const repro = readRepro(readFileSync(new URL(file, folder), 'utf8'));
  const shape = builtIn.find(({ name }) => name === repro.scenario);
  if (!shape || (positionals.length > 0 && !positionals.includes(repro.variant))) continue;
  const { name } = shape;
  await inWorlds(async () => {
    const found = await swollen(shape, repro);
    if (!found) {
      process.stdout.write(`${name} ${repro.variant}: nothing could be put beside the failure\n`);
      return;
    }
    const { given, fails } = found;
    let runs = 0;
    const counted: typeof fails = (tried) => {
      runs++;
      return fails(tried);
    };
    const before = process.cpuUsage();
    const { minimal, cutShort } = await shrink(shape, given, counted);
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1000;
    if (cutShort) cut++;
    measured.faults.push(minimal.plan.length);
    measured.items.push(minimal.items.length);
    measured.ms.push(ms);
    const sizes = `${given.plan.length} faults, ${given.items.length} items to ${minimal.plan.length} and ${minimal.items.length}`;
    process.stdout.write(
      `${`${name} ${repro.variant}`.padEnd(48)} ${sizes}, ${runs} runs, ${Math.round(ms)} ms${cutShort ? ', cut short' : ''}\n`,
    );
  });
}

for (const [what, bar] of Object.entries(BARS)) {
  const sorted = measured[what as keyof typeof BARS].toSorted((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  process.stdout.write(`${what}: median ${Math.round(median)} (bar ${bar}), most ${Math.round(sorted.at(-1) ?? 0)}\n`);
  if (!(median <= bar)) process.exitCode = 1;
}
process.stdout.write(`${measured.ms.length} failures, ${cut} cut short\n`);
