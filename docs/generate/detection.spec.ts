import { expect, test } from 'vitest';
import { detectionPage } from './detection.ts';

const some = { low: 1, high: 9, p90: 12, censored: 0 };
const lines = [
  { type: 'start' },
  { type: 'detect-correct', scenario: 'shop', runs: 10_000, struck: 9_500, falseAlarms: 0, seldom: ['burst'] },
  {
    type: 'detect',
    scenario: 'shop',
    variant: 'acks-first',
    catalogue: 1,
    expected: 'D1',
    guided: { ...some, median: 3 },
    random: { ...some, median: 300, censored: 2 },
  },
  {
    type: 'detect-summary',
    variants: 1,
    caught: 1,
    falseAlarms: 0,
    correctRuns: 10_000,
    hard: 1,
    ratioHard: 100,
    slower: [],
    overBudget: ['shop acks-first'],
    seeds: 20,
  },
].map((line) => JSON.stringify(line));

test('says what was measured, and which bar was missed by whom', () => {
  const page = detectionPage([...lines, '']);
  expect(page).toContain('| shop | acks-first | 1 | D1 | 3 (1 to 9) | 12 | 300 (1 to 9), 2 seeds never | hard |');
  expect(page).toContain('| shop | 10000 | 95 % | 0 | burst |');
  expect(page).toContain('1 of 1 (shop acks-first)');
  expect(page).toContain('100 times fewer');
});

test('nothing is written of a measurement that was not finished', () => {
  expect(() => detectionPage(lines.slice(0, 3))).toThrow('was not finished');
});
