import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fromJsonSchema, nearMisses } from './schema.ts';
import { judge } from './schema/oracle.fixture.ts';
import { BY_HAND, schemas } from './schema/schemas.fixture.ts';

const FEW = { numRuns: 300, seed: 5 };

/** What a property that fails on what is looked for shrinks to. */
function smallest<T>(arbitrary: fc.Arbitrary<T>, isFound: (value: T) => boolean): T | undefined {
  const { counterexample } = fc.check(
    fc.property(arbitrary, (value) => !isFound(value)),
    { seed: 7, numRuns: 2000 },
  );
  return counterexample?.[0];
}

describe.each(Object.entries(BY_HAND))('%s', (_, schema) => {
  const valid = judge(schema);
  test('what is drawn is valid', () => {
    fc.assert(fc.property(fromJsonSchema(schema), valid), FEW);
  });
  test('near misses are not', () => {
    fc.assert(
      fc.property(nearMisses(schema), ({ payload }) => !valid(payload)),
      FEW,
    );
  });
});

test('for schemas that are drawn themselves, what is drawn is valid and near misses are not', () => {
  fc.assert(
    fc.property(schemas, fc.integer(), (schema, seed) => {
      const valid = judge(schema);
      const few = { numRuns: 20, seed };
      expect(fc.sample(fromJsonSchema(schema), few).filter((payload) => !valid(payload))).toEqual([]);
      expect(fc.sample(nearMisses(schema), few).filter(({ payload }) => valid(payload))).toEqual([]);
    }),
    { numRuns: 150, seed: 5 },
  );
});

test('schemas of zod: what is drawn parses, near misses do not', () => {
  const Leg = z.object({
    id: z.uuid(),
    from: z.email(),
    at: z.iso.datetime(),
    day: z.iso.date(),
    time: z.iso.time(),
    price: z.number().multipleOf(0.25).nonnegative(),
    seats: z.record(z.enum(['a', 'b']), z.int32()),
    names: z.record(z.string().min(1), z.boolean()),
    link: z.url(),
    pair: z.tuple([z.string(), z.number()]).rest(z.boolean()),
    note: z.string().max(3).nullable(),
    kind: z.discriminatedUnion('k', [z.object({ k: z.literal('x') }), z.object({ k: z.literal('y'), n: z.int() })]),
    both: z.intersection(z.object({ a: z.string() }), z.object({ b: z.number().optional() })),
    token: z.cuid2(),
    host: z.ipv4(),
    never: z.never().optional(),
  });
  const schema = z.toJSONSchema(Leg, { io: 'input' });
  fc.assert(
    fc.property(fromJsonSchema(schema), (payload) => Leg.safeParse(payload).error === undefined),
    { numRuns: 200, seed: 5 },
  );
  // zod takes an object with a property too many, unless it is strict.
  const Strict = Leg.omit({ never: true, kind: true, both: true }).strict();
  fc.assert(
    fc.property(nearMisses(z.toJSONSchema(Strict)), ({ payload }) => !Strict.safeParse(payload).success),
    { numRuns: 500, seed: 5 },
  );
});

test('schemas of zod that lead back to themselves', () => {
  const Category = z.object({
    name: z.string(),
    get subs() {
      return z.array(Category);
    },
  });
  const depthOf = (payload: { subs: unknown[] }): number =>
    1 + Math.max(0, ...payload.subs.map((sub) => depthOf(sub as { subs: unknown[] })));
  const categories = fromJsonSchema<z.infer<typeof Category>>(z.toJSONSchema(Category));
  const depths = fc.sample(categories, { numRuns: 300, seed: 1 }).map(depthOf);
  expect([Math.min(...depths), Math.max(...depths)]).toEqual([1, 3]);
});

test('draft-07: a tuple is a list in items', () => {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'array',
    items: [{ $ref: '#/definitions/id' }, { type: 'boolean' }],
    additionalItems: { type: 'null' },
    minItems: 1,
    definitions: { id: { type: 'string', minLength: 1 } },
  };
  const valid = judge(schema, 7);
  fc.assert(fc.property(fromJsonSchema(schema), valid), FEW);
  fc.assert(
    fc.property(nearMisses(schema), ({ payload }) => !valid(payload)),
    FEW,
  );
});

test('formats of the caller', () => {
  const schema = { type: 'string', format: 'sku' };
  expect(fc.sample(fromJsonSchema(schema, { formats: { sku: fc.constant('ABC-1') } }), { numRuns: 1 })).toEqual([
    'ABC-1',
  ]);
});

describe('shrinking', () => {
  const order = BY_HAND.order as object;
  const least = { id: '00000000-0000-1000-8000-000000000000', total: 0, lines: [{ sku: 'AAA-00', count: 1 }] };
  test('ends at the least payload', () => {
    expect(smallest(fromJsonSchema(order), () => true)).toEqual(least);
    expect(smallest(fromJsonSchema(BY_HAND.tree as object), () => true)).toEqual({ value: 0, children: [] });
  });
  test('keeps only what is looked for', () => {
    interface Order {
      readonly lines: readonly unknown[];
      readonly total: number;
    }
    const found = smallest(fromJsonSchema<Order>(order), ({ lines, total }) => lines.length > 1 && total >= 10);
    expect(found).toEqual({ ...least, lines: [...least.lines, ...least.lines], total: 10 });
  });
  test('goes from one member of a union to a smaller one', () => {
    const schema = { type: 'array', items: { anyOf: [{ type: 'null' }, { type: 'string' }] } };
    expect(smallest(fromJsonSchema<unknown[]>(schema), (items) => items.length > 3)).toEqual([null, null, null, null]);
  });
  test('of a near miss leaves one thing wrong', () => {
    const wrong = '/lines/*/count is below 1.';
    expect(smallest(nearMisses(order), (miss) => miss.wrong === wrong)).toEqual({
      wrong,
      payload: { ...least, lines: [...least.lines, { sku: 'AAA-00', count: 0 }] },
    });
  });
});

test('near misses of every kind', () => {
  const { properties, ...order } = BY_HAND.order as { properties: object };
  const schema = { ...order, properties: { ...properties, tags: BY_HAND.unique, pair: BY_HAND.tuple } };
  const all = new Set(fc.sample(nearMisses(schema), { numRuns: 2000, seed: 1 }).map(({ wrong }) => wrong));
  expect([...all]).toEqual(
    expect.arrayContaining([
      'The payload is of another type than object.',
      '/id is missing.',
      '/id is no uuid.',
      '/extra is a property too many.',
      '/status is none of ["new","paid",3,null].',
      '/total is below 0.',
      '/total is not below 1000.',
      '/price is no multiple of 0.01.',
      '/lines has fewer than 1 items.',
      '/lines has more than 3 items.',
      '/lines/*/sku is missing.',
      '/lines/*/sku does not match /^[A-Z]{3}-\\d{2,4}$/u.',
      '/lines/*/count is not an integer.',
      '/note is shorter than 2.',
      '/note is longer than 5.',
      '/tags has an item twice.',
      '/pair has an item too many.',
      '/pair/1 is of another type than integer.',
    ]),
  );
});

test('a near miss of oneOf misses every member', () => {
  const schema = { oneOf: [{ type: 'string', maxLength: 2 }, { type: 'number', minimum: 3 }, { type: 'null' }] };
  const valid = judge(schema);
  fc.assert(
    fc.property(nearMisses(schema), ({ payload }) => !valid(payload)),
    FEW,
  );
});

const REFUSED: readonly (readonly [pointer: string, schema: object | boolean])[] = [
  ['#/not', { not: { type: 'string' } }],
  ['#/properties/a~1b/if', { properties: { 'a/b': { if: {} } } }],
  ['#/patternProperties', { type: 'object', patternProperties: { a: {} } }],
  ['#/$defs/x/contains', { $ref: '#/$defs/x', $defs: { x: { contains: {} } } }],
  ['#/items/pattern', { type: 'array', items: { type: 'string', pattern: '^(?=a)' } }],
  ['#/format', { type: 'string', format: 'iri' }],
  ['#/$ref', { $ref: 'other.json#/a' }],
  ['#/$ref', { $ref: '#/$defs/none' }],
  ['#', { $ref: '#' }],
  ['#', { anyOf: [{ $ref: '#' }, { type: 'string' }] }],
  ['#', { type: 'number', minimum: 3, maximum: 2 }],
  ['#', { type: 'integer', minimum: 0.2, maximum: 0.8 }],
  ['#', { type: 'object', required: ['next'], properties: { next: { $ref: '#' } } }],
  ['#', { allOf: [{ type: 'string' }, { type: 'number' }] }],
  ['#', { enum: ['a'], minLength: 3 }],
  ['#', { type: 'object', additionalProperties: false, required: ['q'] }],
  ['#', { type: 'array', items: { type: 'boolean' }, uniqueItems: true, minItems: 3 }],
  ['#', { type: 'string', format: 'uuid', maxLength: 5 }],
  ['#', false],
  ['#/oneOf', { oneOf: [{ type: 'string' }, { type: 'string' }] }],
  ['#/type', { type: 'strin' }],
  ['#/nullable', { nullable: true }],
  ['#/exclusiveMinimum', { minimum: 1, exclusiveMinimum: true }],
  ['#/multipleOf', { type: 'number', multipleOf: 1e-20 }],
  ['#/pattern', { type: 'string', minLength: 200, pattern: '^a{1,3}$' }],
];

test.each(REFUSED)('refused at %s: %j', (pointer, schema) => {
  expect(() => fromJsonSchema(schema)).toThrow(expect.objectContaining({ code: 'schema-refused', data: { pointer } }));
});

test('nothing is a near miss of what takes everything', () => {
  expect(() => nearMisses(true)).toThrow('#: nothing was found that is not valid here.');
});

test('a validator of zod is told from its JSON Schema', () => {
  expect(() => fromJsonSchema(z.object({ a: z.string() }))).toThrow(
    '#: what parses is a validator, and no JSON Schema; zod makes one by z.toJSONSchema.',
  );
});

test('an option that is none is refused, with the nearest', () => {
  const slip: object = { dept: 3 };
  for (const make of [fromJsonSchema, nearMisses])
    expect(() => make({ type: 'string' }, slip)).toThrow(
      'A schema knows no `dept`; the nearest that it knows is `depth`',
    );
});
