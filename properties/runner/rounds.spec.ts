import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isMine, roundSize, widestRound, WHOLE } from './rounds.ts';

test('the first slices go one by one, and later rounds grow with what is known before', () => {
  expect([0, 1, 2, 3, 4, 8, 20, 40, 1000].map(roundSize)).toEqual([1, 1, 1, 1, 4, 4, 5, 10, 32]);
});

test('no more threads are of use than the largest round has slices', () => {
  expect([1, 4, 5, 6, 8, 40].map(widestRound)).toEqual([1, 1, 1, 2, 4, 7]);
});

test('each class is the part of exactly one slice of a round, and all are that of one alone', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (name, of) => {
      const mine = Array.from({ length: of }, (_, at) => isMine(name, { of, at })).filter(Boolean);
      expect(mine).toHaveLength(1);
      expect(isMine(name, WHOLE)).toBe(true);
    }),
  );
});
