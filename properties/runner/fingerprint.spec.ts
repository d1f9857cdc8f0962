import { expect, test } from 'vitest';
import type { Entry } from '../../sim/history/history.ts';
import { atEnd } from '../checks/at-end.ts';
import type { Property } from '../property.ts';
import { fingerprint } from './fingerprint.ts';

const of = (property: Property, ...kinds: readonly string[]): string | undefined => {
  const evidence = kinds.map((kind, n): Entry => ({ n, timeUs: n, process: 'p/0', kind, data: {}, causes: [] }));
  return fingerprint(property, { verdict: 'fail', says: `${kinds.length} rows`, evidence });
};

test('a failure is the same by its property and the roles of its evidence, however often each comes', () => {
  const property: Property = {
    id: 'I1',
    name: 'once',
    kind: 'safety',
    start: () => ({ see: () => {}, end: () => ({ verdict: 'pass', exercised: 1 }) }),
  };
  expect(of(property, 'inserted', 'inserted')).toBe(of(property, 'inserted'));
  expect(of(property, 'inserted', 'deleted')).not.toBe(of(property, 'inserted'));
  expect(of({ ...property, name: 'twice' }, 'inserted')).not.toBe(of(property, 'inserted'));
  expect(fingerprint(property, { verdict: 'pass', exercised: 1 })).toBeUndefined();
});

test('what a property at the end looked at beside what is wrong makes no other failure of it', () => {
  const property = atEnd('few', () => true);
  expect(of(property, 'inserted', 'deadLettered')).toBe(of(property, 'inserted'));
  expect(
    of(
      atEnd('many', () => true),
      'inserted',
    ),
  ).not.toBe(of(property, 'inserted'));
});
