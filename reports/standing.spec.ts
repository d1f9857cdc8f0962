/** How a variant stands, however the campaign was asked for and ended. */
import { expect, test } from 'vitest';
import { broken, caught, cutOff, missed, sampleResult, sampleScenario } from './sample.fixture.ts';
import { isTrouble, standingOf, standingWords, tally } from './standing.ts';

const held = sampleScenario();
/** A wrong variant that fails by another property than the one it is there for. */
const byAnother = { ...caught(), caught: false, expected: 'P1' };

const { digest: _, ...byAnotherCut } = byAnother;

test.each([
  ['a right one that passes', held, [held], 'holds', 'holds'],
  ['a right one that fails', broken(), [broken()], 'fails', 'fails'],
  ['a right one of which nothing can be said', { ...held, verdict: 'unknown' }, [], 'inconclusive', 'inconclusive'],
  ['a wrong one that is caught', caught(), [held, caught()], 'caught', 'caught after 14 runs by D1'],
  ['a wrong one that is not', missed(), [held, missed()], 'missed', 'missed: D1 did not fail in 1000 runs'],
  ['a wrong one that time cut off', cutOff(), [held, cutOff()], 'inconclusive', 'inconclusive'],
  ['one that is taken as it is', { ...held, variant: 'acks-late' }, [], 'holds', 'holds'],
  ['one by name that is caught', caught(), [caught()], 'blamed', 'fails after 14 runs'],
  ['one by name that is not', missed(), [missed()], 'missed', 'missed: D1 did not fail in 1000 runs'],
  ['one by name that time cut off', cutOff(), [cutOff()], 'inconclusive', 'inconclusive'],
  [
    'a wrong one that fails by another property',
    byAnother,
    [held, byAnother],
    'missed',
    'missed: P1 did not fail in 1000 runs',
  ],
  [
    'one that does before time is up',
    byAnotherCut,
    [held, byAnotherCut],
    'missed',
    'missed: P1 did not fail in 1000 runs',
  ],
  ['one by name that does', byAnother, [byAnother], 'blamed', 'fails'],
] as const)('%s', (_, of, scenarios, standing, words) => {
  const verdict = scenarios.length === 1 && scenarios[0]?.verdict === 'fail' ? 'fail' : 'pass';
  expect(standingOf(sampleResult(scenarios, { verdict }), of)).toBe(standing);
  expect(standingWords(of, standing)).toBe(words);
  expect(isTrouble(standing)).toBe(['fails', 'missed', 'blamed'].includes(standing));
});

test('a variant that is taken as it is is not called right', () => {
  const tried = { sites: 1, cells: 1, tried: 1, notReached: 0, notRun: 0, noEffect: 0, failed: 0 };
  const matrix = { ...tried, pairs: { possible: 0, tried: 0, failed: 0 }, table: [], missed: [] };
  expect(tally(sampleResult([held]))).toMatch(/^1 right variant holds; /);
  expect(tally(sampleResult([{ ...held, variant: 'acks-late', matrix }]))).toMatch(/^1 variant holds; /);
});
