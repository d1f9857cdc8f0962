/** Schemas written by hand, one for each thing that a schema can say, and an arbitrary of schemas. */
import fc from 'fast-check';

const FORMAT_NAMES = ['uuid', 'email', 'date-time', 'date', 'time', 'uri', 'ipv4', 'ipv6', 'hostname'];

const order = {
  type: 'object',
  properties: {
    id: { type: 'string', format: 'uuid' },
    status: { enum: ['new', 'paid', 3, null] },
    total: { type: 'number', minimum: 0, exclusiveMaximum: 1000 },
    price: { type: 'number', multipleOf: 0.01, minimum: 0.05 },
    lines: {
      type: 'array',
      minItems: 1,
      maxItems: 3,
      items: {
        type: 'object',
        properties: { sku: { type: 'string', pattern: '^[A-Z]{3}-\\d{2,4}$' }, count: { type: 'integer', minimum: 1 } },
        required: ['sku', 'count'],
        additionalProperties: false,
      },
    },
    note: { type: 'string', minLength: 2, maxLength: 5 },
  },
  required: ['id', 'lines', 'total'],
  additionalProperties: false,
};

const tree = {
  type: 'object',
  properties: { value: { type: 'integer' }, children: { type: 'array', items: { $ref: '#' } }, next: { $ref: '#' } },
  required: ['value', 'children'],
};

const shapes = {
  oneOf: [
    { $ref: '#/$defs/circle' },
    { type: 'object', properties: { kind: { const: 'square' }, side: { type: 'number' } }, required: ['kind', 'side'] },
  ],
  $defs: {
    circle: {
      type: 'object',
      properties: { kind: { const: 'circle' }, r: { $ref: '#/$defs/a~1b' } },
      required: ['kind', 'r'],
    },
    'a/b': { type: 'number', exclusiveMinimum: 0 },
  },
};

const list = {
  $ref: '#/$defs/list',
  $defs: {
    list: { anyOf: [{ $ref: '#/$defs/cell' }, { type: 'null' }] },
    cell: {
      type: 'object',
      required: ['head', 'tail'],
      properties: { head: { type: 'boolean' }, tail: { $ref: '#/$defs/list' } },
    },
  },
};

export const BY_HAND: Readonly<Record<string, object>> = {
  order,
  tree,
  shapes,
  list,
  ...Object.fromEntries(FORMAT_NAMES.map((format) => [format, { type: 'string', format }])),
  allOf: {
    allOf: [
      { type: 'object', properties: { a: { type: 'number' }, b: true }, required: ['a'] },
      { properties: { a: { type: 'integer', maximum: 9 }, c: { type: 'string' } }, required: ['c'] },
      { properties: { a: true, c: true }, additionalProperties: { type: 'boolean' } },
    ],
  },
  'allOf beside oneOf': {
    allOf: [
      { oneOf: [{ type: 'number' }, { type: 'integer' }, { type: 'string' }] },
      { anyOf: [{ minimum: 5 }, { maxLength: 3 }] },
    ],
  },
  tuple: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }], items: false, minItems: 2 },
  'open tuple': { type: 'array', prefixItems: [{ const: 'x' }], items: { type: 'boolean' }, minItems: 3 },
  unique: { type: 'array', items: { enum: ['a', 'b', 'c', 'd', 'e'] }, uniqueItems: true, minItems: 2, maxItems: 4 },
  record: { type: 'object', propertyNames: { pattern: '^[a-f]{2,3}$' }, additionalProperties: { type: 'integer' } },
  counted: { type: 'object', minProperties: 2, maxProperties: 4, additionalProperties: { type: 'string' } },
  nullable: { type: 'string', nullable: true, minLength: 1 },
  multiples: { type: 'integer', multipleOf: 4, allOf: [{ multipleOf: 6 }], exclusiveMinimum: 12, maximum: 60 },
  narrow: { type: 'number', exclusiveMinimum: 0.25, exclusiveMaximum: 0.5 },
  'long pattern': { type: 'string', pattern: '^[a-z]+$', minLength: 12 },
  'required but not named': {
    type: 'object',
    required: ['x', 'y'],
    additionalProperties: { type: 'integer', minimum: 3 },
  },
};

const limits = (low: string, high: string, min: number, max: number): fc.Arbitrary<object> =>
  fc
    .tuple(fc.option(fc.integer({ min, max }), { nil: undefined }), fc.option(fc.nat(5), { nil: undefined }))
    .map(([from, more]) => ({
      ...(from === undefined ? {} : { [low]: from }),
      ...(more === undefined ? {} : { [high]: (from ?? min) + more }),
    }));

/** Schemas that some payload is valid for; parts lead back to the root where `#` stands. */
export const schemas: fc.Arbitrary<object> = fc.letrec<{ schema: object }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<object>({ type: 'boolean' }, { type: 'null' }, { type: ['string', 'null'] }),
    limits('minLength', 'maxLength', 0, 5).map((rest) => ({ type: 'string', ...rest })),
    limits('minimum', 'maximum', -5, 5).map((rest) => ({ type: 'number', ...rest })),
    limits('exclusiveMinimum', 'maximum', -5, 5).map((rest) => ({ type: 'integer', ...rest, maximum: 20 })),
    fc.constantFrom(...FORMAT_NAMES).map((format) => ({ type: 'string', format })),
    fc.constantFrom('^a+b?$', '^[0-9]{3}$', 'x').map((pattern) => ({ type: 'string', pattern })),
    fc
      .uniqueArray(fc.oneof(fc.string(), fc.integer()), { minLength: 1, maxLength: 4 })
      .map((values) => ({ enum: values })),
    fc
      .tuple(tie('schema'), limits('minItems', 'maxItems', 0, 2))
      .map(([items, rest]) => ({ type: 'array', items, ...rest })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    fc
      .record({
        properties: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd/e~f'), tie('schema'), { noNullPrototype: true }),
        required: fc.subarray(['a', 'b', 'c']),
        closed: fc.boolean(),
        recursive: fc.boolean(),
      })
      .map(({ properties, required, closed, recursive }) => ({
        type: 'object',
        properties: { ...properties, ...(recursive ? { again: { $ref: '#' } } : {}) },
        required: closed ? required.filter((name) => Object.hasOwn(properties, name)) : required,
        ...(closed ? { additionalProperties: false } : {}),
      })),
    fc.tuple(tie('schema'), tie('schema')).map(([one, other]) => ({
      type: 'object',
      allOf: [
        { properties: { one }, required: ['one'] },
        { properties: { other, one: true }, required: ['other'] },
      ],
    })),
  ),
})).schema;
