import { expect, test } from 'vitest';
import type { Entry } from '../../sim/history/history.ts';
import type { Executed } from './execute.ts';
import { foundRun } from './found-run.ts';

/** Each caused by the one before; the last two are the evidence, and then the run ends. */
function made(length: number, text = ''): Executed {
  const entries: Entry[] = Array.from({ length }, (_, n) => ({
    n,
    timeUs: n,
    process: 'a/0',
    kind: n === length - 1 ? 'ended' : 'x',
    data: text,
    causes: n === 0 ? [] : [n - 1],
  }));
  const verdict = { verdict: 'fail', says: '', evidence: entries.slice(-3, -1) } as const;
  return { record: { entries } as unknown as Executed['record'], verdicts: [verdict] };
}

test('a run that fits is kept whole, but for its end', () => {
  const { history, entriesCut, evidence, slice } = foundRun(made(5));
  expect([history.length, entriesCut, evidence, slice]).toEqual([4, 0, [2, 3], [0, 1, 2, 3]]);
});

test('of a long one the beginning is kept, and nothing points behind it', () => {
  const { history, entriesCut, evidence, slice } = foundRun(made(1_001));
  expect([history.length, entriesCut, evidence]).toEqual([400, 600, []]);
  expect(slice).toEqual(history.map(({ n }) => n));
});

test('of one whose entries are large, as much as a few hundred usual ones', () => {
  const { history, entriesCut } = foundRun(made(101, 'x'.repeat(10_000)));
  expect([history.length, entriesCut]).toEqual([19, 81]);
});
