/**
 * What shrinking leaves is minimal, counted out without it: of a failure that began with 8 faults and 15 items, no smaller
 * set of what is left of its faults and items fails the same way, and neither does it with a simpler fault in place of one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shrink } from '../properties/runner/shrink.ts';
import { smallerFaults } from '../properties/runner/smaller-faults.ts';
import { swollen } from '../properties/runner/swollen.fixture.ts';
import { readRepro } from '../properties/runner/replay.ts';
import type { ScenarioShape } from '../properties/scenario.ts';
import { builtIn } from '../scenarios/built-in.fixture.ts';
import { inWorlds } from '../sim/simulate.ts';

const EVERY = 5;
const chosen = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.json'))
  .filter((_, n) => n % EVERY === 0)
  .slice(0, 10);

test('ten are looked at', () => expect(chosen).toHaveLength(10));

/** All but the whole list. */
function smallerSets<T>(list: readonly T[]): T[][] {
  return Array.from({ length: 2 ** list.length - 1 }, (_, bits) => list.filter((__, n) => (bits >> n) % 2 === 1));
}

test.each(chosen)('%s', async (file) => {
  const repro = readRepro(readFileSync(join(import.meta.dirname, file), 'utf8'));
  const shape = builtIn.find(({ name }) => name === repro.scenario) as ScenarioShape;
  await inWorlds(async () => {
    const found = await swollen(shape, repro);
    if (!found) throw new Error('nothing could be put beside the failure');
    const { given, fails } = found;
    expect(given.plan.length).toBeGreaterThanOrEqual(8);
    expect(given.items.length).toBeGreaterThanOrEqual(15);
    const { minimal, cutShort } = await shrink(shape, given, fails);
    expect([cutShort, await fails(minimal)]).toEqual([false, true]);
    const { plan, items } = minimal;
    for (const less of smallerSets(plan)) expect(await fails({ ...minimal, plan: less })).toBe(false);
    for (const n of items.keys())
      expect(await fails({ ...minimal, items: items.filter((_, at) => at !== n) })).toBe(false);
    for (const [n, fault] of plan.entries()) {
      for (const simpler of smallerFaults(fault))
        expect(await fails({ ...minimal, plan: plan.with(n, simpler) })).toBe(false);
    }
  });
});
