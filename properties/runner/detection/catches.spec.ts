import { describe, expect, test } from 'vitest';
import payments from '../../../scenarios/payments/payments.scenario.ts';
import type { Scenario } from '../../../index.ts';
import type { ScenarioShape } from '../../scenario.ts';
import type { campaign } from '../campaign.ts';
import type { PropertyResult, ScenarioResult } from '../result.ts';
import { catches } from './catches.ts';
import { correctRuns } from './correct.ts';
import { detect, QUICK } from './detect.ts';

const shape = payments as Scenario<unknown> as ScenarioShape;

type Options = Parameters<typeof campaign>[2];

const failing = (...ids: readonly string[]): readonly PropertyResult[] =>
  ids.map((id) => ({ id, name: id, kind: 'safety', verdict: 'fail', exercised: 1 }));

/** A campaign that says this of each seed. */
function saying(of: (o: Options) => Partial<ScenarioResult>): { campaign: typeof campaign; asked: Options[] } {
  const asked: Options[] = [];
  return {
    asked,
    campaign: (_, variant, o) => {
      asked.push(o);
      const base = { scenario: 'payments', story: '', variant, expected: 'D1', seed: o.seed, runs: o.runs };
      const rest = { faults: [], assumes: [], without: {}, failures: [], properties: [], verdict: 'pass' as const };
      return Promise.resolve({ ...base, ...rest, ...of(o) });
    },
  };
}

describe('runs until a catch', () => {
  test('are those of campaigns over the seeds that end at their first catch, explained by none', async () => {
    const { campaign: made, asked } = saying(({ seed }) =>
      seed === 2 ? { caught: false } : { caught: true, runs: seed * 10 },
    );
    const { found } = await catches(shape, 'acks-first', { strategy: 'random', seeds: 3, cap: 77, campaign: made });
    expect(found).toEqual([10, undefined, 30]);
    expect(asked.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    for (const o of asked) expect(o).toMatchObject({ runs: 77, bail: true, explain: false, strategy: 'random' });
  });

  test('name what failed, in the order of the scenario, each once', async () => {
    const { campaign: made } = saying(({ seed }) => ({
      caught: true,
      properties: failing(seed === 1 ? 'P1' : 'I1', 'I1'),
    }));
    const { violated } = await catches(shape, 'acks-first', { strategy: 'guided', seeds: 2, cap: 9, campaign: made });
    expect(violated).toEqual(['I1', 'P1']);
  });

  test('of a wrong variant are those of its own property; of what is run as correct, of any', async () => {
    const { campaign: made } = saying(() => ({ verdict: 'fail', caught: false, runs: 4 }));
    const of = (variant: string) => catches(shape, variant, { strategy: 'guided', seeds: 1, cap: 9, campaign: made });
    expect((await of('acks-first')).found).toEqual([undefined]);
    expect((await of('correct')).found).toEqual([4]);
  });

  test('end when they are interrupted, or when two runs differ', async () => {
    const over = new AbortController();
    const cut = saying(({ seed }) => {
      if (seed === 2) over.abort();
      return { caught: seed === 1 };
    });
    const o = { strategy: 'guided', seeds: 5, cap: 9, signal: over.signal } as const;
    expect((await catches(shape, 'acks-first', { ...o, campaign: cut.campaign })).found).toHaveLength(1);
    expect(cut.asked).toHaveLength(2);
    const diverged = { says: 'x', at: 1, first: null, second: null };
    const differs = saying(() => ({ diverged }));
    const options = { strategy: 'guided', seeds: 5, cap: 9, campaign: differs.campaign } as const;
    expect((await catches(shape, 'acks-first', options)).diverged).toEqual(diverged);
    expect(differs.asked).toHaveLength(1);
  });

  test('are few for a variant that any crash shows', async () => {
    const { found, violated } = await catches(shape, 'acks-first', { strategy: 'guided', seeds: 3, cap: 50 });
    expect(found.every((runs) => runs !== undefined && runs >= 2 && runs <= 20)).toBe(true);
    expect(violated).toContain('D1');
  });
});

test('a variant is measured with both strategies, and caught when nine seeds of ten do', async () => {
  const seeds = 10;
  const caughtBy = (n: number) =>
    saying(({ seed, strategy }) => ({ caught: strategy === 'guided' ? seed <= n : false, runs: 5 }));
  const of = (n: number) =>
    detect({ shape, variant: 'acks-first' }, { ...QUICK, seeds, campaign: caughtBy(n).campaign });
  expect(await of(9)).toMatchObject({ caught: true, expected: 'D1', catalogue: 1, guided: { censored: 1, median: 5 } });
  expect((await of(8)).caught).toBe(false);
  expect((await of(9)).random).toMatchObject({ median: QUICK.randomRuns, censored: seeds });
});

describe('runs of the correct variant', () => {
  test('are split over seeds; without a failure fewer than 3/n of all runs fail', async () => {
    const { campaign: made, asked } = saying(() => ({
      faults: [{ kind: 'crash', planned: 9, reached: 9, tookEffect: 9 }],
      struck: 7,
    }));
    const { runs, struck, falseAlarms, below, seldom } = await correctRuns(shape, {
      ...QUICK,
      correctRuns: 3_500,
      campaign: made,
    });
    expect([runs, struck, falseAlarms, below]).toEqual([3_500, 4 * 7, 0, 3 / 3_500]);
    expect(asked.map((o) => [o.seed, o.runs])).toEqual([
      [1, 1000],
      [2, 1000],
      [3, 1000],
      [4, 500],
    ]);
    expect(seldom).toContain('pause');
    expect(seldom).not.toContain('crash');
  });

  test('count each property that failed, and explain the first', async () => {
    const { campaign: made, asked } = saying(({ seed, explain }) => ({
      properties: seed > 1 ? failing('D1', 'I1') : [],
      failures: explain === true && seed > 1 ? [{ property: 'D1' } as ScenarioResult['failures'][number]] : [],
    }));
    const result = await correctRuns(shape, { ...QUICK, correctRuns: 3_000, campaign: made });
    expect(result).toMatchObject({ falseAlarms: 4, violated: ['D1', 'I1'], failures: [{ property: 'D1' }] });
    expect(result).not.toHaveProperty('below');
    expect(asked.map(({ explain }) => explain)).toEqual([true, true, false]);
  });

  test('end where none are made', async () => {
    const { campaign: made, asked } = saying(() => ({ runs: 0 }));
    expect(await correctRuns(shape, { ...QUICK, campaign: made })).toMatchObject({ runs: 0, falseAlarms: 0 });
    expect(asked).toHaveLength(1);
  });
});
