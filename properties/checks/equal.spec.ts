import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equal, inWords, without } from './equal.ts';

class Point {
  constructor(
    readonly x: number,
    readonly y?: number,
  ) {}
}

test.each([
  [1, 1],
  [Number.NaN, Number.NaN],
  [0, -0],
  [10n, 10n],
  [
    { a: 1, b: 2 },
    { b: 2, a: 1 },
  ],
  [{ a: 1, b: undefined }, { a: 1 }],
  [
    [1, [2]],
    [1, [2]],
  ],
  [new Point(1), { x: 1 }],
  [new Date(5), new Date(5)],
  [new Map([['a', { b: 1 }]]), new Map([['a', { b: 1 }]])],
  [new Set([1]), new Set([1])],
  [null, null],
])('%o says the same as %o', (a, b) => {
  expect([equal(a, b), equal(b, a)]).toEqual([true, true]);
});

test.each([
  [1, 2],
  [1, '1'],
  [1, 1n],
  [null, {}],
  [undefined, null],
  [{ a: 1 }, { a: 2 }],
  [{ a: 1 }, { b: 1 }],
  [{ a: 1 }, { a: 1, b: 1 }],
  [{ a: { b: 1 } }, { a: { b: 2 } }],
  [
    [1, 2],
    [2, 1],
  ],
  [[1], [1, undefined]],
  [[], {}],
  [['a'], { 0: 'a' }],
  [new Date(5), new Date(6)],
  [new Date(5), {}],
  [new Map([['a', 1]]), new Map([['a', 2]])],
  [new Map(), new Set()],
  [new Set([1]), [1]],
  [new Set([1]), new Set([2])],
  [1, {}],
  ['a', ['a']],
  ['a', { 0: 'a' }],
])('%o does not say the same as %o', (a, b) => {
  expect([equal(a, b), equal(b, a)]).toEqual([false, false]);
});

test('what went over a border says the same', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => equal(value, JSON.parse(JSON.stringify(value)))));
});

test('columns are left out by name', () => {
  expect(without({ a: 1, b: 2 }, new Set(['b']))).toEqual({ a: 1 });
  expect([without(7, new Set(['b'])), without(null, new Set(['b']))]).toEqual([7, null]);
});

test('words for what JSON cannot say', () => {
  const circle: { own?: unknown } = {};
  circle.own = circle;
  expect([1n, undefined, new Map([['a', 1]]), { at: [2n] }, circle].map(inWords)).toEqual([
    '"1n"',
    'undefined',
    '[["a",1]]',
    '{"at":["2n"]}',
    'something that JSON cannot say',
  ]);
});
