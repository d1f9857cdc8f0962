import { describe, expect, test } from 'vitest';
import { builtIn } from '../../scenarios/built-in.fixture.ts';
import payments from '../../scenarios/payments/payments.scenario.ts';
import { printFault } from '../../sim/faults/print.ts';
import { parseFault } from '../../sim/faults/parse.ts';
import type { Scenario } from '../../index.ts';
import { kindsOf, type ScenarioShape } from '../scenario.ts';
import { campaign, seedOf } from './campaign.ts';
import { readRepro, replay } from './replay.ts';
import type { FailureResult, ScenarioResult } from './result.ts';

const shape = payments as Scenario<unknown> as ScenarioShape;
const SEED = seedOf('payments');
const SEEDS_MAX = 5;

test.each(builtIn)('$name holds, under faults of every kind that its model claims', async (shape) => {
  const result = await campaign(shape, 'correct', { seed: SEED, runs: 300, enough: 80 });
  expect(result.failures).toEqual([]);
  expect(result.verdict).toBe('pass');
  const struck = result.faults.filter(({ tookEffect }) => tookEffect > 0).map(({ kind }) => kind);
  expect(struck).toEqual(expect.arrayContaining([...kindsOf(shape)]));
});

test('one seed gives one campaign, another seed another', async () => {
  const digest = async (seed: number): Promise<string | undefined> =>
    (await campaign(shape, 'correct', { seed, runs: 60 })).digest;
  expect(await digest(1)).toBe(await digest(1));
  expect(await digest(1)).not.toBe(await digest(2));
});

const wrong = builtIn.flatMap((of) =>
  Object.entries(of.wrong).map(([variant, { breaks }]) => ({ shape: of, variant, breaks })),
);

test('enough is when each property has its verdict, and no run behind that', async () => {
  const made = (o: object): ReturnType<typeof campaign> => campaign(shape, 'correct', { seed: SEED, runs: 300, ...o });
  const [few, many] = [await made({ enough: 20 }), await made({ enough: 200 })];
  expect([few.verdict, many.verdict, many.runs]).toEqual(['pass', 'pass', 200]);
  expect(few.runs).toBeGreaterThan(20);
  expect(few.runs).toBeLessThan(200);
  // 30 runs are what a verdict takes: the last property to have them has no more.
  expect(Math.min(...few.properties.map(({ exercised }) => exercised))).toBe(30);
});

test('of a wrong variant that is missed, what fails in its place is told', async () => {
  const { 'trusts-redelivered': wrong } = shape.wrong;
  if (!wrong) throw new Error('no such variant');
  const mistaken: ScenarioShape = { ...shape, wrong: { 'trusts-redelivered': { ...wrong, breaks: 'D1' } } };
  const o = { seed: 3, runs: 60, bail: true, nearby: 1 };
  const { caught, failures } = await campaign(mistaken, 'trusts-redelivered', o);
  expect([caught, failures.map(({ property }) => property)]).toEqual([false, ['I1', 'I2']]);
});

test('a failure is tried under as many other seeds as is asked for', async () => {
  const { failures } = await campaign(shape, 'trusts-redelivered', { seed: 3, runs: 200, bail: true, nearby: 3 });
  expect(failures.map(({ neighbourhood }) => neighbourhood.runs)).toEqual([3]);
});

interface Caught {
  readonly seed: number;
  readonly result: ScenarioResult;
}

/** Of the default budget nine seeds of ten make a catch (`eddy detect` measures that), so that one seed alone need not. */
async function firstCatch(shape: ScenarioShape, variant: string, from = SEED): Promise<Caught> {
  for (let seed = from; ; seed++) {
    const result = await campaign(shape, variant, { seed, runs: 1000, bail: true, nearby: 1 });
    if (result.caught || seed > SEED) return { seed, result };
  }
}

/** By variant: its first catch, which two tests look at. */
const firstCatches = new Map<string, Promise<Caught>>();
function caughtFirst(shape: ScenarioShape, variant: string): Promise<Caught> {
  const known = firstCatches.get(variant) ?? firstCatch(shape, variant);
  firstCatches.set(variant, known);
  return known;
}

/**
 * A wrong variant may do on its own what the right one does with the message at hand: faults there are stale for that one, or
 * it never comes to them.
 */
async function firstThatBothCanMeet(shape: ScenarioShape, variant: string, breaks: string) {
  for (let from = SEED; ; from++) {
    const { seed, result } = await (from === SEED ? caughtFirst(shape, variant) : firstCatch(shape, variant, from));
    from = seed;
    expect(result.caught).toBe(true);
    const failure = result.failures.find(({ property }) => property === breaks) as FailureResult;
    expect(failure.faults.length).toBeGreaterThan(0);
    const repro = readRepro(failure.token);
    const right = await replay(shape, repro, { variant: 'correct' });
    const isMet = right.verdict !== 'stale' && right.faults.every(({ status }) => status !== 'not reached');
    if (isMet || seed >= SEED + SEEDS_MAX) return { failure, repro, right };
  }
}

describe.each(wrong)('$variant', ({ shape, variant, breaks }) => {
  test(`is caught by ${breaks}; its failure replays, and holds on the correct variant with its faults taking effect`, async () => {
    const { failure, repro, right } = await firstThatBothCanMeet(shape, variant, breaks);
    const again = await replay(shape, repro);
    expect([again.verdict, again.digest]).toEqual(['reproduced', failure.digest]);
    // The premise of some need not come up there: that it does, and holds, is asked of the saved failures.
    expect([right.verdict, ...right.faults.map(({ status }) => status)]).toEqual([
      expect.stringMatching(/^(fixed|no-effect)$/),
      ...repro.faults.map(() => expect.stringMatching(/^(took effect|moved)$/)),
    ]);
  });

  test('passes its probe, and does not fail with its trigger faults removed', async () => {
    const { result } = await caughtFirst(shape, variant);
    const [failure] = result.failures;
    const repro = readRepro(failure?.token ?? '');
    const calm = await replay(shape, { ...repro, faults: [] });
    // Without duplicates, or poison, a property of such has no premise.
    expect(calm.verdict).toMatch(/^(fixed|no-effect)$/);
    expect(calm.failure).toBeUndefined();
  });
});

test('what a random rule struck with reads back as sentences that give the same run', async () => {
  const result = await campaign(shape, 'correct', { seed: 5, runs: 60, strategy: 'random', checkDeterminism: true });
  expect(result.diverged).toBeUndefined();
  const struck = result.faults.reduce((sum, { tookEffect }) => sum + tookEffect, 0);
  expect(struck).toBeGreaterThan(20);
});

test('every sentence of a failure reads back as itself', async () => {
  const { failures } = await campaign(shape, 'trusts-redelivered', { seed: 3, runs: 200, bail: true });
  for (const { sentence } of failures.flatMap(({ faults }) => faults)) {
    expect(printFault(parseFault(sentence))).toBe(sentence);
  }
});
