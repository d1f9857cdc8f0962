import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { POISONS } from '../faults/fault.ts';
import { spoil } from './poison.ts';

const text = JSON.stringify({ id: 'a', note: 'x', cents: 5 });
/** These act on the process, not on the text. */
const onText = POISONS.filter((how) => how !== 'kills the process');
const UNREADABLE = new Set(['not parseable', 'fails for 5 s']);

describe('what each poison does', () => {
  test.each([
    ['wrong type', { id: { text: 'a' }, note: { text: 'x' }, cents: '5?' }],
    ['missing field', { id: 'a', note: 'x' }],
    ['unknown schema version', { id: 'a', note: 'x', cents: 5, version: 999, schemaVersion: 999 }],
    ['refused by a business rule', { id: 'a', note: 'x', cents: -6 }],
  ] as const)('%s', (how, expected) => {
    expect(JSON.parse(spoil(text, how))).toEqual(expected);
  });

  test.each(['not parseable', 'fails for 5 s'] as const)('%s: no JSON any more', (how) => {
    expect(() => JSON.parse(spoil(text, how)) as unknown).toThrow(SyntaxError);
  });

  test('oversized: all fields, and 64 KiB more', () => {
    const body = JSON.parse(spoil(text, 'oversized')) as { padding: string };
    expect(body).toMatchObject({ id: 'a', note: 'x', cents: 5 });
    expect(body.padding).toHaveLength(65_536);
  });

  test('markup: in every text', () => {
    expect(JSON.parse(spoil(text, 'markup'))).toMatchObject({
      id: expect.stringMatching(/^a<img .*<script>/) as string,
      note: expect.stringMatching(/^x<img .*<script>/) as string,
      cents: 5,
    });
  });

  test('prototype pollution: keys of its own that a careless merge would follow; reading it pollutes nothing', () => {
    const body = JSON.parse(spoil(text, 'prototype pollution')) as object;
    expect(Object.keys(body)).toEqual(['__proto__', 'constructor', 'id', 'note', 'cents']);
    expect('polluted' in body).toBe(false);
    expect('polluted' in {}).toBe(false);
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
  });

  test('kills the process: the text is true', () => {
    expect(spoil(text, 'kills the process')).toBe(text);
  });
});

describe('of a body', () => {
  const spoiled = (body: unknown, how: (typeof POISONS)[number], identity: readonly unknown[] = []): unknown =>
    JSON.parse(spoil(JSON.stringify(body), how, new Set(identity)));

  test.each([
    ['x', 'wrong type', { text: 'x' }],
    [7, 'wrong type', '7?'],
    [true, 'wrong type', 'true?'],
    [null, 'wrong type', 'object?'],
    [[1], 'wrong type', 'object?'],
    ['x', 'missing field', null],
    [null, 'missing field', {}],
    [[1], 'refused by a business rule', null],
    [null, 'unknown schema version', {}],
  ] as const)('that is no object, as a whole: %j, %s', (body, how, expected) => {
    expect(spoiled(body, how)).toEqual(expected);
  });

  test('that is no object: 64 KiB, or markup, in its place', () => {
    expect(spoiled([1], 'oversized')).toMatch(/^x{65536}$/);
    expect(spoiled(7, 'markup')).toMatch(/^<img .*<script>/);
  });

  test('that has no field to spoil, as a whole', () => {
    expect(spoiled({}, 'missing field')).toBe(null);
    expect(spoiled({ n: 5 }, 'markup')).toMatch(/^<img /);
    expect(spoiled({ note: 'x' }, 'refused by a business rule')).toBe(null);
  });

  test('of whose fields some say who it is: they stay, and so does the body where there are no others', () => {
    expect(spoiled({ n: -5, id: 'a' }, 'missing field', ['a'])).toEqual({ id: 'a' });
    expect(spoiled({ n: -5, id: 7 }, 'refused by a business rule', [7])).toEqual({ n: -6, id: 7 });
    expect(spoiled({ id: 'a' }, 'wrong type', ['a'])).toEqual({ id: 'a' });
    expect(spoiled({ id: 'a' }, 'missing field', ['a'])).toEqual({ id: 'a' });
  });

  test('that another poison has made unreadable: nothing', () => {
    const unreadable = spoil(text, 'not parseable');
    expect(spoil(unreadable, 'wrong type')).toBe(unreadable);
    expect(unreadable.startsWith(text.slice(0, text.length / 2))).toBe(true);
  });
});

describe('of a CloudEvent', () => {
  const event = { specversion: '1.0', id: 'e1', source: '/s', type: 't', dataschema: 'https://s/1' };
  const spoiled = (how: (typeof POISONS)[number], data: unknown, identity?: ReadonlySet<unknown>): unknown =>
    JSON.parse(spoil(JSON.stringify({ ...event, data }), how, identity));

  test.each([
    ['wrong type', { id: { text: 'a' }, cents: '5?' }],
    ['missing field', { id: 'a' }],
    ['refused by a business rule', { id: 'a', cents: -6 }],
  ] as const)('%s: its data', (how, data) => {
    expect(spoiled(how, { id: 'a', cents: 5 })).toEqual({ ...event, data });
  });

  test('unknown schema version: that of its data too', () => {
    const data = { cents: 5, version: 999, schemaVersion: 999 };
    expect(spoiled('unknown schema version', { cents: 5 })).toEqual({ ...event, dataschema: 'https://s/1/999', data });
  });

  test('prototype pollution: keys of the data', () => {
    expect(Object.keys((spoiled('prototype pollution', { cents: 5 }) as { data: object }).data)).toEqual([
      '__proto__',
      'constructor',
      'cents',
    ]);
  });

  test('what carries its identity stays, and data that is no object is spoiled as a whole', () => {
    expect(spoiled('wrong type', { id: 'a', cents: 5 }, new Set(['a', 'e1']))).toEqual({
      ...event,
      data: { id: 'a', cents: '5?' },
    });
    expect(spoiled('missing field', 7)).toEqual({ ...event, data: null });
    expect(spoiled('oversized', undefined)).toMatchObject({ data: expect.stringMatching(/^x{65536}$/) as string });
  });
});

test('no two poisons spoil alike', () => {
  const spoiled = onText.map((how) => spoil(text, how));
  expect(new Set(spoiled).size).toBe(onText.length);
});

test('whatever the body, a poison changes what is read, and what should be readable is', () => {
  const body = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null))),
    fc.constantFrom({}, [], null, { list: [1] }),
  );
  fc.assert(
    fc.property(body, fc.constantFrom(...onText), (body, how) => {
      const truly = JSON.stringify(body);
      const spoiled = spoil(truly, how);
      expect(spoiled).not.toBe(truly);
      if (UNREADABLE.has(how)) expect(() => JSON.parse(spoiled) as unknown).toThrow(SyntaxError);
      else expect(JSON.parse(spoiled)).not.toEqual(JSON.parse(truly));
    }),
    { numRuns: 2000 },
  );
});
