import { expect, test } from 'vitest';
import { broken, caught, missed, sampleResult, sampleScenario } from './sample.fixture.ts';
import { comparedWith, isFresh, sinceSentences } from './since.ts';

const failed = { verdict: 'fail', exitCode: 1 } as const;
const name = { scenario: 'payments', variant: 'correct', property: 'D1', name: 'no-loss' };
const good = sampleResult([sampleScenario(), caught()]);
const bad = sampleResult([broken(), caught()], failed);

test('a failure that was not there is new, one that no longer is is gone', () => {
  const worse = comparedWith(bad, good);
  expect(worse.since).toEqual({
    command: 'run payments --seed 7',
    fresh: [name],
    gone: [],
    changed: [{ scenario: 'payments', variant: 'correct', before: 'holds', now: 'fails' }],
  });
  expect(isFresh(worse, name)).toBe(true);
  expect(sinceSentences(worse)).toEqual([
    '1 new failure: payments (correct) D1 no-loss',
    'payments (correct): was "holds", now "fails"',
  ]);
  const better = comparedWith(good, bad);
  expect([better.since?.fresh, better.since?.gone]).toEqual([[], [name]]);
  expect(isFresh(better, name)).toBe(false);
});

test('what failed before is no news, and what was not run again is not gone', () => {
  expect(sinceSentences(comparedWith(bad, bad))).toEqual(['Nothing is new since the last run']);
  expect(comparedWith(sampleResult([caught()]), bad).since?.gone).toEqual([]);
  expect(sinceSentences(bad)).toEqual([]);
});

test('a wrong variant that is missed now stands otherwise', () => {
  const before = sampleResult([sampleScenario(), { ...missed(), caught: true }]);
  const [changed] = comparedWith(sampleResult([sampleScenario(), missed()], failed), before).since?.changed ?? [];
  expect(changed?.now).toContain('missed');
});
