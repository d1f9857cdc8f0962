import { describe, expect, test } from 'vitest';
import { campaignExit, judge, overall, replayExit } from './exit-codes.ts';
import { aResult } from '../cli/testing.fixture.ts';

const holds = aResult();
const fails = aResult({ verdict: 'fail' });
const unsure = aResult({ verdict: 'unknown' });
const differs = aResult({ verdict: 'fail', diverged: { says: 'differs', at: 3, first: null, second: null } });
const caught = aResult({ variant: 'acks-first', expected: 'D1', verdict: 'fail', caught: true });
const missed = aResult({ variant: 'acks-first', expected: 'D1', verdict: 'unknown', caught: false });
const asked = { all: false, interrupted: false };

describe('exit codes of a campaign', () => {
  test.each([
    ['0 when all hold', [holds, holds], asked, 0],
    ['1 when a property failed', [holds, unsure, fails], asked, 1],
    ['2 when nothing can be said', [holds, unsure], asked, 2],
    ['3 before 1 and 2', [fails, unsure, differs], asked, 3],
    ['130 before all', [differs, fails], { all: false, interrupted: true }, 130],
    ['0 when all wrong variants are caught', [holds, caught], { all: true, interrupted: false }, 0],
    ['1 when one is missed', [holds, caught, missed], { all: true, interrupted: false }, 1],
    ['1 for a wrong variant that was asked for by name', [caught], asked, 1],
    ['1 for one that holds', [{ ...missed, verdict: 'pass' as const }], asked, 1],
    ['0 for one that is taken as it is, and holds', [aResult({ variant: 'acks-first' })], asked, 0],
    ['2 when nothing was run', [], asked, 2],
  ])('%s', (_title, results, circumstances, exitCode) => {
    expect(campaignExit(results, circumstances)).toBe(exitCode);
  });

  test('a wrong variant that fails by another property than its own is missed', () => {
    expect(judge({ ...missed, verdict: 'fail' }, true)).toBe('fail');
    expect(judge(caught, true)).toBe('pass');
    expect(judge(caught, false)).toBe('fail');
  });

  test('a wrong variant whose time was up before it was caught is not missed yet', () => {
    for (const verdict of ['pass', 'unknown'] as const)
      for (const all of [true, false]) {
        const cut = { ...missed, verdict, digest: undefined } as unknown as typeof missed;
        expect(campaignExit([cut], { all, interrupted: false })).toBe(2);
      }
    expect(judge({ ...caught, digest: undefined } as unknown as typeof caught, true)).toBe('pass');
  });

  test('a campaign of nothing has not passed, nor one that is not deterministic', () => {
    expect(overall([], false)).toBe('unknown');
    expect(overall([{ ...differs, verdict: 'pass' }], false)).toBe('unknown');
  });
});

test.each([
  ['fixed', 0],
  ['reproduced', 1],
  ['no-effect', 2],
  ['diverged', 3],
  ['stale', 4],
] as const)('a replay that is %s exits with %i', (verdict, exitCode) => {
  expect(replayExit({ verdict })).toBe(exitCode);
  expect(replayExit({ verdict, neighbourhood: { runs: 50, failed: 0 } })).toBe(exitCode);
});

test.each([
  ['fixed', 1],
  ['no-effect', 1],
  ['reproduced', 1],
  ['diverged', 3],
] as const)('a replay that is %s, and fails under other seeds, exits with %i', (verdict, exitCode) => {
  expect(replayExit({ verdict, neighbourhood: { runs: 50, failed: 1 } })).toBe(exitCode);
});
