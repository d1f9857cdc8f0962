import { expect, test } from 'vitest';
import { framesOf } from './stack.ts';

test.each([
  ['    at f (file:///a/b.ts:1:2)', '/a/b.ts', 1],
  ['    at async f (file:///a/b.ts?tsx-namespace=1#x:12:2)', '/a/b.ts', 12],
  ['    at file:///a/b%20c.ts:1:2', '/a/b c.ts', 1],
  ['    at new Shop (/a/b.ts:3:2)', '/a/b.ts', 3],
  ['    at /a/c#/b.ts:3:2', '/a/c#/b.ts', 3],
  ['    at Object.<anonymous> (/a/b?.ts:3:2)', '/a/b?.ts', 3],
])('a frame of a file: %s', (line, file, number) => {
  expect(framesOf(`Error: x\n${line}`)).toEqual([{ file, line: number }]);
});

test.each([
  '    at node:internal/timers:1:1',
  '    at f (node:fs:1:1)',
  '    at data:text/javascript,throw%201:1:7',
  '    at eval (eval at f (/a/b.ts:1:590), <anonymous>:1:7)',
  '    at f (file://%zz/b.ts:1:2)',
  '    at Array.map (<anonymous>)',
  '    at somebody.ts:3:1',
])('no frame of a file: %s', (line) => {
  expect(framesOf(`Error: x\n${line}`)).toEqual([]);
});

test('what the message says is none', () => {
  const message = 'bad\n    at evil (/etc/passwd:1:1)';
  const stack = `Error: ${message}\n    at f (/a/b.ts:3:2)`;
  expect(framesOf(stack, message)).toEqual([{ file: '/a/b.ts', line: 3 }]);
  expect(framesOf(stack, 'changed since')).toHaveLength(2);
});
