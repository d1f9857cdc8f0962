import { expect, test } from 'vitest';
import { inWorlds } from '../../../sim/simulate.ts';
import { parseFault } from '../../../sim/faults/parse.ts';
import { execute } from '../execute.ts';
import { replay } from '../replay.ts';
import { neighbour, neighbourhood } from './neighbourhood.ts';
import { savedCase } from './saved.fixture.ts';

const PLAN = [
  'mq is refusing from 9 ms to 509 ms',
  'every operation of billing/0 takes 500 ms longer from 0 s to 11 s',
];

test('counts the runs of one plan that fail under 50 other seeds', async () => {
  const { system, property, given } = savedCase('inbox-after-charge');
  expect(await inWorlds(() => neighbourhood(system, property, given))).toEqual({ runs: 50, failed: 50 });
  const timed = { ...given, plan: PLAN.map(parseFault) };
  const { runs, failed } = await inWorlds(() => neighbourhood(system, property, timed));
  expect(runs).toBe(50);
  expect(failed).toBeGreaterThan(0);
  expect(failed).toBeLessThan(50);
});

test('a failure whose timing has moved is fixed under its seed, and fails nearby; one that is mended does not', async () => {
  const { shape, repro, system, property, given } = savedCase('inbox-after-charge');
  const timed = { ...given, plan: PLAN.map(parseFault) };
  const shifted = await inWorlds(async () => {
    for (let n = 1; ; n++) {
      const { verdicts } = await execute(system, [property], neighbour(timed, n));
      if (verdicts[0]?.verdict === 'pass') return neighbour(timed, n);
    }
  });
  const faults = PLAN.map((sentence) => ({ sentence, kind: 'outage', needed: false }));
  const moved = { ...repro, seed: shifted.seed, faults };
  const still = await replay(shape, moved, { neighbourhood: true });
  expect(still.verdict).toBe('fixed');
  expect(still.neighbourhood?.failed).toBeGreaterThan(0);
  const mended = await replay(shape, moved, { neighbourhood: true, variant: 'correct' });
  expect([mended.verdict, mended.neighbourhood]).toEqual(['fixed', { runs: 50, failed: 0 }]);
  expect((await replay(shape, moved)).neighbourhood).toBeUndefined();
});
