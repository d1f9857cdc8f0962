import { expect, test } from 'vitest';
import type { Detection } from './detect.ts';
import { runsToCatch } from './interval.ts';
import { summaryOf } from './summary.ts';

const EFFORT = { seeds: 1, guidedRuns: 300, randomRuns: 5_000, correctRuns: 10 };

const measured = (guided: number, random: number | undefined, o: Partial<Detection> = {}): Detection => ({
  scenario: 's',
  variant: `${guided}-${random}`,
  expected: 'D1',
  caught: true,
  violated: ['D1'],
  guided: runsToCatch([guided], 300),
  random: runsToCatch([random], 5_000),
  cpuMs: 1,
  ...o,
});

const correct = (runs: number, falseAlarms: number) => ({
  scenario: 's',
  runs,
  struck: runs,
  falseAlarms,
  violated: [],
  seldom: [],
  failures: [],
});

test('hard ones are those above 100 runs at random, the mean of their ratios is geometric', () => {
  const all = [measured(2, 100), measured(10, 101), measured(5, undefined), measured(4, 3)];
  const { variants, caught, hard, ratioHard, slower } = summaryOf(all, [], EFFORT);
  expect([variants, caught, hard]).toEqual([4, 4, 2]);
  expect(ratioHard).toBe(Math.round(Math.sqrt((101 / 10) * (5_000 / 5)) * 10) / 10);
  expect(slower).toEqual([]);
  expect(summaryOf([measured(2, 100)], [], EFFORT).ratioHard).toBeNull();
});

test('names those where guided search is slower than random beyond the bar, and those over the budget', () => {
  const all = [
    measured(3, 1),
    measured(4, 2),
    measured(15, 10),
    measured(16, 10),
    measured(300, 9_000, { caught: false }),
  ];
  const { slower, overBudget } = summaryOf(all, [], EFFORT);
  expect(slower).toEqual(['s 4-2', 's 16-10']);
  expect(overBudget).toEqual(['s 300-9000']);
});

test('counts sabotage apart, and false alarms over all runs', () => {
  const all = [
    measured(2, 2),
    measured(2, 400, { sabotage: 'it forgets' }),
    measured(2, 2, { sabotage: 'x', caught: false }),
  ];
  expect(summaryOf(all, [correct(10, 0), correct(20, 3)], EFFORT)).toMatchObject({
    variants: 1,
    caught: 1,
    hard: 0,
    sabotages: 2,
    sabotagesCaught: 1,
    correctRuns: 30,
    falseAlarms: 3,
  });
});
