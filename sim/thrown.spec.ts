import { expect, test } from 'vitest';
import { messageOf, nameOf, sentenceOf, stackOf } from './thrown.ts';

const throwing = (): never => {
  throw new Error('looked at');
};
const own = (name: string, value: unknown): Error => Object.defineProperty(new Error('x'), name, { value });
const getter = (name: string): Error => Object.defineProperty(new Error('x'), name, { get: throwing });
const closed = new Proxy(new Error('x'), { get: throwing, getPrototypeOf: throwing });

test.each([
  ['an error', new TypeError('a'), 'TypeError', 'a', 'TypeError: a'],
  ['one with a code', own('code', 'E1'), 'Error E1', 'x', 'Error: x'],
  ['one without a message', new RangeError(''), 'RangeError', 'RangeError', 'RangeError'],
  ['one without a name', own('name', ''), 'Error', 'x', 'Error: x'],
  ['an object with a message', { code: 'E1', message: 'a' }, 'object', 'a', 'a'],
  ['null', null, 'object', 'null', 'null'],
  ['undefined', undefined, 'undefined', 'undefined', 'undefined'],
  ['a symbol', Symbol('s'), 'symbol', 'Symbol(s)', 'Symbol(s)'],
  ['a message that throws', getter('message'), 'Error', 'Error', 'Error'],
  ['a name that throws', getter('name'), 'Error', 'x', 'Error: x'],
  ['a name that is none', own('name', Symbol('n')), 'Error', 'x', 'Error: x'],
  ['a code that throws', getter('code'), 'Error', 'x', 'Error: x'],
  ['a proxy that lets nobody look', closed, 'object', 'something without words', 'something without words'],
  [
    'an object without a prototype',
    Object.create(null),
    'object',
    'something without words',
    'something without words',
  ],
])('%s has a name and words', (_, thrown, name, message, sentence) => {
  expect([nameOf(thrown), messageOf(thrown), sentenceOf(thrown)]).toEqual([name, message, sentence]);
});

test('a stack is a text, or there is none', () => {
  expect(stackOf(new Error('x'))).toContain('thrown.spec.ts');
  expect([getter('stack'), own('stack', 5), closed, null].map(stackOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('a name of any length is cut', () => {
  expect(nameOf(own('name', 'n'.repeat(1_000_000)))).toHaveLength(200);
});
