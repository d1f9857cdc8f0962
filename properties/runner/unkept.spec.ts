/** A run that keeps no history is the run that keeps one: the same digest, and the same verdicts of what needs no whole history. */
import { expect, test } from 'vitest';
import { run } from '../../index.ts';
import { builtIn } from '../../scenarios/built-in.fixture.ts';
import { inWorlds } from '../../sim/simulate.ts';
import { isMetamorphic, type Property, type Verdict } from '../property.ts';
import { kindsOf, type Scenario, systemOf } from '../scenario.ts';
import { bank } from './bank.fixture.ts';
import { execute, executeUnkept } from './execute.ts';
import { makeSlice } from './slice.ts';
import { ruleOf } from './strategies/random.ts';

test.each(
  builtIn.flatMap((shape) =>
    ['correct', shape.variants[0] ?? 'correct'].map((variant) => [shape.name, variant, shape] as const),
  ),
)('%s, %s', async (_, variant, shape) => {
  const system = systemOf(shape, variant);
  const slice = makeSlice(shape, 7, 0);
  const rule = ruleOf(slice, { p: 0.05, kinds: [...kindsOf(shape)], salt: 3 });
  const given = { seed: slice.seed, items: slice.items, plan: [], rule };
  const [kept, unkept] = await inWorlds(async () => [
    await execute(system, shape.properties, given),
    await executeUnkept(system, shape.properties, given),
  ]);
  expect(unkept.record.digest).toBe(kept.record.digest);
  expect(unkept.record.entries).toEqual([]);
  const folded = (verdicts: readonly Verdict[]): readonly Verdict[] =>
    verdicts.filter((_verdict, n) => !isMetamorphic(shape.properties[n] as Property));
  expect(folded(unkept.verdicts)).toEqual(folded(kept.verdicts));
  const compared = unkept.verdicts.filter((_verdict, n) => isMetamorphic(shape.properties[n] as Property));
  expect(compared.filter(({ verdict }) => verdict === 'pass')).toEqual([]);
});

test('it may have more entries than fit in memory, and says of failures what it says of any', async () => {
  const workload = Array.from({ length: 15_000 }, (_, n) => ({ id: `d${n}`, amount: 1 }));
  const twice = [...workload, { id: 'd0', amount: 1 }];
  const asScenario = (remembers: boolean): Scenario<unknown> => bank({ remembers }) as unknown as Scenario<unknown>;
  const kept = await run(asScenario(true), { workload, seed: 1 });
  const unkept = await run(asScenario(true), { workload, seed: 1, keepHistory: false });
  expect([kept.outcome, unkept.outcome]).toEqual(['bound', 'quiet']);
  expect([...unkept.history()]).toEqual([]);
  expect(unkept.properties['I1']).toEqual({ verdict: 'pass', exercised: workload.length });
  const wrong = await run(asScenario(false), { workload: twice, seed: 1, keepHistory: false });
  const { verdict, evidence } = wrong.properties['I1'] as Extract<Verdict, { verdict: 'fail' }>;
  expect([verdict, evidence.length]).toEqual(['fail', 2]);
});
