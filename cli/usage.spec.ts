import { expect, test } from 'vitest';
import { nearest, suggestion } from './usage.ts';

test('the nearest name is the one with the fewest edits', () => {
  expect(nearest('paymets', ['orders', 'payments'])).toBe('payments');
  expect(nearest('xyz', ['orders', 'payments'])).toBe(undefined);
  expect(nearest('x', [])).toBe(undefined);
});

test('a suggestion lists what is known', () => {
  expect(suggestion('paymets', ['payments'])).toBe('; did you mean "payments"? Known: payments');
  expect(suggestion('qqqqqq', ['payments'])).toBe('; known: payments');
  expect(suggestion('a', [])).toBe('; none is known');
});
