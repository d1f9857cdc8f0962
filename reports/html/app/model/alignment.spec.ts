import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EntryResult } from '../../../../properties/runner/result.ts';
import { wordsOf } from '../../../words.ts';
import { aligned } from './alignment.ts';

const entriesOf = (kinds: readonly string[]): EntryResult[] =>
  kinds.map((kind, n) => ({ n, timeUs: n * 7, process: 'p/0.2', kind, data: {}, causes: [] }));

const histories = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 }).map(entriesOf);

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
    { numRuns: 300 },
  );
});

test('another incarnation of a process is the same process', () => {
  const entry = { n: 0, timeUs: 1, process: 'p/0', kind: 'a', data: {}, causes: [] };
  expect(aligned([entry], [{ ...entry, process: 'p/0.3', timeUs: 9 }])).toHaveLength(1);
});

test('what came at another time knows its counterpart, each once', () => {
  const pairs = aligned(entriesOf(['x', 'b', 'b', 'a', 'a']), entriesOf(['a', 'x', 'b', 'b']));
  expect(pairs.map(({ run, twin, moved }) => [run?.kind, twin?.kind, moved?.n])).toEqual([
    [undefined, 'a', 3],
    ['x', 'x', undefined],
    ['b', 'b', undefined],
    ['b', 'b', undefined],
    ['a', undefined, 0],
    ['a', undefined, undefined],
  ]);
});

test('two that differ in everything end all the same', () => {
  const many = (kind: string): EntryResult[] => entriesOf(Array.from({ length: 5_000 }, (_, n) => `${kind}${n}`));
  expect(aligned(many('a'), many('b'), 50)).toHaveLength(10_000);
});
