import { describe, expect, test } from 'vitest';
import { run } from '../index.ts';
import { isIn, verdictOf } from './answered.ts';
import { judge } from './checks/always.ts';
import type { Entry, Property } from './property.ts';
import { bank } from './runner/bank.fixture.ts';
import type { Scenario } from './scenario.ts';
import { plainEntry } from './runner/plain.ts';

const entry: Entry = { n: 0, timeUs: 0, process: 'p', kind: 'k', data: {}, causes: [] };

test.each([
  ['undefined', () => undefined, 'unknown', 'undefined, which is no verdict'],
  ['a truth', () => true, 'unknown', 'true, which is no verdict'],
  ['a promise', () => Promise.reject(new Error('later')), 'unknown', 'a promise, which is no verdict'],
  ['another verdict', () => ({ verdict: 'maybe' }), 'unknown', 'no verdict'],
  ['a pass of nothing', () => ({ verdict: 'pass' }), 'unknown', 'how often its premise came up'],
  [
    'a pass of no number',
    () => ({ verdict: 'pass', exercised: Number.NaN }),
    'unknown',
    'how often its premise came up',
  ],
  ['no reason', () => ({ verdict: 'unknown' }), 'unknown', 'gave no reason'],
  ['a failure without words', () => ({ verdict: 'fail', says: 5 }), 'fail', 'gave no sentence'],
])('a check that answers %s has not passed', (_, answer, verdict, words) => {
  const made = verdictOf(answer(), isIn([entry]));
  expect(made.verdict).toBe(verdict);
  expect(JSON.stringify(made)).toContain(words);
});

test('evidence is entries of the run, and nothing else', () => {
  const evidence = [null, 5, { ...entry }, { ...entry, n: 1e9 }, entry];
  expect(verdictOf({ verdict: 'fail', says: 'x', evidence }, isIn([entry]))).toEqual({
    verdict: 'fail',
    says: 'x',
    evidence: [entry],
  });
  expect(verdictOf({ verdict: 'fail', says: 'x', evidence: 'all' }, isIn([entry]))).toMatchObject({ evidence: [] });
});

test.each([
  ['a symbol', () => Symbol('s'), 'the check answered Symbol(s) instead'],
  ['what has no words', () => Object.create(null) as unknown, 'the check answered something without words instead'],
  ['a promise', () => Promise.reject(new Error('later')), 'the check answered a promise instead'],
])('holds that answers %s fails with a sentence', (_, answer, sentence) => {
  expect(judge(answer as () => true)).toContain(sentence);
});

describe('a property of the user’s own', () => {
  const owned = (name: string, part: Partial<Property>): Property => ({
    id: name,
    name,
    kind: 'safety',
    start: passes,
    ...part,
  });
  const passes = (): ReturnType<Property['start']> => ({
    see: () => {},
    end: () => ({ verdict: 'pass', exercised: 1 }),
  });
  const verdicts = async (...properties: Property[]) =>
    (await run({ ...bank(), properties } as Scenario<unknown>, { seed: 1, workload: [{ id: 'd1', amount: 5 }] }))
      .properties;

  test.each<[string, (entry: Entry) => unknown]>([
    ['an entry', (entry) => Object.assign(entry, { kind: 'zapped' })],
    ['its data', ({ data }) => Object.assign(data as object, { zapped: true })],
    ['its causes', ({ causes }) => (causes as number[]).push(7_777)],
  ])('cannot change %s that the next one sees', async (_, change) => {
    const seen: string[] = [];
    const zaps = owned('zaps', { start: () => ({ ...passes(), see: (entry) => void change(entry) }) });
    const looks = owned('looks', {
      start: () => ({ ...passes(), see: (entry) => void seen.push(JSON.stringify(plainEntry(entry))) }),
    });
    expect(await verdicts(zaps, looks)).toMatchObject({ zaps: { verdict: 'unknown' }, looks: { verdict: 'pass' } });
    expect(seen.join()).not.toMatch(/zapped|7777/);
  });

  test('that throws what has no words leaves the others alone', async () => {
    const throws = (): never => {
      throw Object.create(null);
    };
    const made = await verdicts(
      owned('throws', { start: throws }),
      owned('compares', { keeps: new Set(), compare: throws } as Partial<Property>),
      owned('fine', {}),
    );
    expect(made).toMatchObject({
      throws: { verdict: 'unknown', why: 'the check threw something without words' },
      compares: { verdict: 'unknown' },
      fine: { verdict: 'pass' },
    });
  });

  test('may have any name', async () => {
    const made = await verdicts(owned('__proto__', {}), owned('constructor', {}));
    expect(Object.keys(made)).toEqual(['__proto__', 'constructor']);
  });
});
