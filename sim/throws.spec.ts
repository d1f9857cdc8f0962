import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Throws } from './throws.ts';

const ROOT = join(import.meta.dirname, '..');

function noted(...errors: readonly unknown[]) {
  const throws = new Throws();
  for (const error of errors) throws.note('taker', error);
  return throws.all;
}

const from = (...frames: readonly string[]): Error =>
  Object.assign(new Error(`x ${frames[0]}`), {
    stack: `Error: x\n${frames.map((frame) => `    at f (${frame}:7:1)`).join('\n')}`,
  });

test('what is thrown for ever is told, whatever was thrown before it', () => {
  const others = Array.from({ length: 12 }, (_, n) => `no. ${n}`);
  const told = noted(...others, ...Array.from({ length: 50 }, () => new TypeError('again')));
  expect(told).toHaveLength(5);
  expect(told.map(({ times }) => times)).toContain(50);
  expect(told[0]).toEqual({ by: 'taker', says: 'no. 0', times: 1 });
});

test('of whom so much comes that not every stack is read, errors go by their class', () => {
  const told = noted(...Array.from({ length: 100 }, (_, n) => from(`/a/${n}.ts`)), new RangeError('other'));
  expect(told[0]).toMatchObject({ at: '0.ts:7', times: 81 });
  expect(told.slice(1).map(({ times }) => times)).toEqual([1, 1, 1, 1]);
});

test('each service has its own', () => {
  const throws = new Throws();
  for (const by of ['one', 'other', 'one']) throws.note(by, 'no');
  expect(throws.all).toEqual([
    { by: 'one', says: 'no', times: 2 },
    { by: 'other', says: 'no', times: 1 },
  ]);
});

test.each([
  ['a library', '/shop/node_modules/zod/index.js'],
  ['Node', 'node:internal/timers'],
  ['a check', join(ROOT, 'properties/runner/execute.ts')],
  ['an adapter', join(ROOT, 'adapters/pg/pglite.ts')],
  ['the kernel', join(ROOT, 'sim/kernel/world.ts')],
])('the place is that of the code under test: %s is none', (_, frame) => {
  expect(noted(from(frame, '/shop/orders.ts'))).toMatchObject([{ at: 'orders.ts:7' }]);
  expect(noted(from(frame))).toEqual([{ by: 'taker', says: `Error: x ${frame}`, times: 1 }]);
});

test('scenarios and examples of this project are code under test', () => {
  expect(noted(from(join(ROOT, 'scenarios/payments/billing.ts')))).toMatchObject([{ at: 'billing.ts:7' }]);
});

test('words are on one line, and not endless', () => {
  const [told] = noted(new Error(`\u001b[2J\n  replay \u0085 ${'😀'.repeat(1000)}`));
  expect(told?.says).toMatch(/^Error: \[2J replay 😀+…$/u);
  expect(told?.says.length).toBeLessThanOrEqual(300);
});
