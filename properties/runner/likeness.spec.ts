/** Sites that are alike have the same classes of faults, whatever befell the run: the search looks at one of them for all. */
import { expect, test } from 'vitest';
import { builtIn } from '../../scenarios/built-in.fixture.ts';
import { inWorlds } from '../../sim/simulate.ts';
import { kindsOf, systemOf } from '../scenario.ts';
import { besideOf, candidatesAt, likenessOf } from './candidates.ts';
import { execute } from './execute.ts';
import { makeSlice } from './slice.ts';

const RUNS = 3;

test.each(builtIn.map((shape) => [shape.name, shape] as const))('%s', async (_, shape) => {
  const kinds = new Set(kindsOf(shape));
  const classes = new Map<string, string>();
  let times = 0;
  await inWorlds(async () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const { items } = makeSlice(shape, seed, 0);
      const rule = { p: 0.1, kinds: [...kinds], salt: seed, untilUs: Infinity };
      const given = { seed, items, plan: [], ...(seed > 1 && { rule }) };
      const { record } = await execute(systemOf(shape, 'correct'), [], given, { recordSites: true });
      const beside = besideOf(record.sites);
      for (const site of record.sites) {
        const at = candidatesAt(site, beside, kinds);
        const told = at.map(({ class: of, base, rank }) => `${of} ${base} ${rank}`).join('\n');
        const likeness = likenessOf(site, beside);
        expect(classes.get(likeness) ?? told, likeness).toBe(told);
        classes.set(likeness, told);
        times++;
      }
    }
  });
  expect(classes.size).toBeLessThan(times / 2);
});
