/** What it takes to shrink and explain failures that begin with at least 8 faults and 15 items: the median over wrong variants. */
import { readdirSync, readFileSync } from 'node:fs';
import { quantile } from '../../properties/runner/detection/interval.ts';
import { execute } from '../../properties/runner/execute.ts';
import { explain } from '../../properties/runner/failure.ts';
import { readRepro } from '../../properties/runner/replay.ts';
import { swollen } from '../../properties/runner/swollen.fixture.ts';
import { builtIn } from '../../scenarios/built-in.fixture.ts';
import { inWorlds } from '../../sim/simulate.ts';
import { cpuUsOf, type Row } from './row.ts';

const FOLDER = new URL('../../repros/', import.meta.url);
/** Every so many-th saved failure: all of them take minutes. */
const EVERY = 4;

async function explainedMs(file: string): Promise<number | undefined> {
  const repro = readRepro(readFileSync(new URL(file, FOLDER), 'utf8'));
  const shape = builtIn.find(({ name }) => name === repro.scenario);
  if (!shape) return undefined;
  return inWorlds(async () => {
    const found = await swollen(shape, repro);
    if (!found) return undefined;
    const { system, property, given } = found;
    const [verdict] = (await execute(system, [property], given)).verdicts;
    if (!verdict) return undefined;
    const of = { property, verdict, given, run: 1, strategy: 'random' } as const;
    return (await cpuUsOf(() => explain(shape, repro.variant, system, of, () => false))) / 1000;
  });
}

export const shrinking: readonly Row[] = [
  {
    name: 'shrinking and explaining a failure of 8 faults and 15 items',
    unit: 'ms',
    bar: 500,
    holds: 'at most',
    rounds: 1,
    async measure() {
      const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
      const all: number[] = [];
      for (const [n, file] of files.toSorted().entries()) {
        const ms = n % EVERY === 0 ? await explainedMs(file) : undefined;
        if (ms !== undefined) all.push(ms);
      }
      return quantile(
        all.toSorted((a, b) => a - b),
        0.5,
      );
    },
  },
];
