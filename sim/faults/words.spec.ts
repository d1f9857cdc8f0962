import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  inShort,
  childLineage,
  durationUs,
  ordinal,
  printDuration,
  printName,
  rootLineage,
  rootOf,
  typeOf,
} from './words.ts';

test('a plain name prints as itself, any other as JSON', () => {
  expect(printName('PaymentRequested')).toBe('PaymentRequested');
  expect(printName('änne-7')).toBe('änne-7');
  expect(printName('a b')).toBe('"a b"');
  expect(printName('before')).toBe('"before"');
  expect(printName('')).toBe('""');
});

test('a printed name never holds a bare blank, colon, comma, slash or hash', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      const printed = printName(name);
      if (printed.startsWith('"')) expect(JSON.parse(printed)).toBe(name);
      else expect(printed).toMatch(/^[^\s:,/#"]+$/u);
    }),
  );
});

test('lineages name a message by its cause', () => {
  const root = rootLineage('PaymentRequested', 'p1');
  expect(root).toBe('PaymentRequested#p1');
  expect(childLineage(root, 'PaymentCharged', 1)).toBe('PaymentRequested#p1/PaymentCharged#1');
});

test('of any lineage, the type of its message and the workload item that it goes back to are read back', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1 });
  fc.assert(
    fc.property(name, name, name, fc.integer({ min: 1, max: 40 }), (type, key, child, n) => {
      const root = rootLineage(type, key);
      expect([typeOf(root), rootOf(root)]).toEqual([type, key]);
      const lineage = childLineage(root, child, n);
      expect([typeOf(lineage), rootOf(lineage)]).toEqual([child, key]);
    }),
  );
});

test('a lineage in short keeps its ends, and is whole where it is short or has no middle', () => {
  const long = `Order#${'o'.repeat(60)}/Charged#1`;
  expect(inShort('Order#o1/Charged#1/Charged#1')).toBe('Order#o1/Charged#1/Charged#1');
  expect(inShort(`Order#o1${'/Charged#1'.repeat(40)}/Billed#2`)).toBe('Order#o1/…/Billed#2');
  expect(inShort(`"a/b"#o1${'/"c\\"/d"#1'.repeat(40)}`)).toBe('"a/b"#o1/…/"c\\"/d"#1');
  expect(inShort(long)).toBe(long);
});

test('ordinals', () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111].map(ordinal)).toEqual(
    '1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 101st 111th'.split(' '),
  );
});

test('durations print and read back', () => {
  fc.assert(
    fc.property(fc.nat(999_999_999), (us) => {
      const [number, unit] = printDuration(us).split(' ');
      expect(durationUs(number ?? '', unit ?? '')).toBe(us);
    }),
  );
  expect(durationUs('1', 'h')).toBeUndefined();
  expect(durationUs('-1', 's')).toBeUndefined();
});
