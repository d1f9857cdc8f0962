import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EntryResult } from '../../properties/runner/result.ts';
import { wordsOf } from '../words.ts';
import { aligned } from './alignment.ts';

const histories = fc
  .array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 })
  .map((kinds) =>
    kinds.map((kind, n): EntryResult => ({ n, timeUs: n * 7, process: 'p/0.2', kind, data: {}, causes: [] })),
  );

/** By trying every way. */
function longest(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return 0;
  if (left[0] === right[0]) return 1 + longest(left.slice(1), right.slice(1));
  return Math.max(longest(left.slice(1), right), longest(left, right.slice(1)));
}

test('every entry stands once, in order; rows of two say the same; as many as can are aligned', () => {
  fc.assert(
    fc.property(histories, histories, (run, twin) => {
      const pairs = aligned(run, twin);
      expect(pairs.flatMap((pair) => pair.run ?? [])).toEqual(run);
      expect(pairs.flatMap((pair) => pair.twin ?? [])).toEqual(twin);
      const both = pairs.flatMap((pair) => (pair.run && pair.twin ? [[wordsOf(pair.run), wordsOf(pair.twin)]] : []));
      expect(both.filter(([one, other]) => one !== other)).toEqual([]);
      expect(both).toHaveLength(longest(run.map(wordsOf), twin.map(wordsOf)));
    }),
    { numRuns: 60 },
  );
});

test('another incarnation of a process is the same process', () => {
  const entry = { n: 0, timeUs: 1, process: 'p/0', kind: 'a', data: {}, causes: [] };
  expect(aligned([entry], [{ ...entry, process: 'p/0.3', timeUs: 9 }])).toHaveLength(1);
});
