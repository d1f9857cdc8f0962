import fc from 'fast-check';
import { expect, test } from 'vitest';
import { laidOut } from './laid-out.ts';

test('it is what JSON.stringify writes with two spaces, but for histories, which mean the same', () => {
  const values = fc.oneof(
    fc.jsonValue(),
    fc.object({ withBigInt: true, key: fc.constantFrom('a', 'history', '\u2028"') }),
  );
  const replacer = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
  fc.assert(
    fc.property(values, (value) => {
      const usual = JSON.stringify(value, replacer, 2);
      expect(JSON.parse(laidOut(value))).toEqual(JSON.parse(usual ?? 'null'));
      if (usual !== undefined && !usual.includes('"history"')) expect(laidOut(value)).toBe(usual);
    }),
  );
});

test('an entry is a line', () => {
  const history = [{ n: 0, data: { a: [1, { b: 2n }] } }, { n: 1 }];
  expect(laidOut({ says: 'x', left: undefined, history, none: { history: [] } })).toBe(
    '{\n  "says": "x",\n  "history": [\n    {"n":0,"data":{"a":[1,{"b":"2"}]}},\n    {"n":1}\n  ],\n  "none": {\n    "history": []\n  }\n}',
  );
});
