/** What can be wrong with a payload, one thing at a time, and how to draw payloads with just that wrong. */
import fc from 'fast-check';
import { sameJson } from './json.ts';
import { inArray } from './misses/arrays.ts';
import { inNumber } from './misses/numbers.ts';
import { inObject } from './misses/objects.ts';
import { inString } from './misses/strings.ts';
import type { Payloads } from './payloads.ts';
import { isFree, TYPES, type Part, type Plain, type TypeName } from './shape.ts';
import { typeOf } from './valid.ts';

export interface Miss {
  readonly wrong: string;
  readonly arbitrary: fc.Arbitrary<unknown>;
}

/** Where in the payload: a part of a schema, the JSON pointer of what it describes, and the levels left to go. */
export interface Spot {
  readonly payloads: Payloads;
  readonly part: Part;
  readonly shape: Plain;
  readonly path: string;
  readonly levels: number;
}

export function misses(payloads: Payloads, part: Part, levels: number, path = ''): readonly Miss[] {
  const shape = part();
  if (payloads.heights.of(part) > levels || isFree(shape) || shape.kind === 'never') return [];
  if (shape.kind === 'union') return shape.members.flatMap((member) => misses(payloads, member, levels, path));
  const name = nameOf(path);
  if (shape.values)
    return [{ wrong: `${name} is none of ${JSON.stringify(shape.values)}.`, arbitrary: unknownValue(shape) }];
  const spot: Spot = { payloads, part, shape, path, levels };
  const inside = shape.drawn.filter((type) => payloads.heights.ofType(part, shape, type) <= levels);
  return [...wrongType(shape, name), ...inside.flatMap((type) => IN[type]?.(spot) ?? [])];
}

/** What is wrong inside of a child, if it can be entered. */
export function missesOf(spot: Spot, child: Part, key: string): readonly Miss[] {
  const { payloads, part, levels, path } = spot;
  if (!payloads.isWithin(part, child, levels)) return [];
  return misses(payloads, child, levels - payloads.heights.cost(part, child), `${path}/${key}`);
}

export function nameOf(path: string): string {
  return path === '' ? 'The payload' : path;
}

const IN: Readonly<Partial<Record<TypeName, (spot: Spot) => readonly Miss[]>>> = {
  number: inNumber,
  string: inString,
  array: inArray,
  object: inObject,
};

const SOME: Readonly<Record<TypeName, fc.Arbitrary<unknown>>> = {
  null: fc.constant(null),
  boolean: fc.boolean(),
  number: fc.integer(),
  string: fc.string({ maxLength: 8 }),
  array: fc.constant([]),
  object: fc.constant({}),
};

function wrongType(shape: Plain, name: string): Miss[] {
  const others = TYPES.filter((type) => !shape.types.has(type));
  if (others.length === 0) return [];
  return [
    {
      wrong: `${name} is of another type than ${typesOf(shape)}.`,
      arbitrary: fc.oneof(...others.map((type) => SOME[type])),
    },
  ];
}

function typesOf({ types, number }: Plain): string {
  return [...types].map((type) => (type === 'number' && number.integer ? 'integer' : type)).join(' or ');
}

/** Of the same type as one of the values, where that type has others. */
function unknownValue({ values = [] }: Plain): fc.Arbitrary<unknown> {
  const types = [...new Set(values.map(typeOf))].filter((type) => type === 'string' || type === 'number');
  const some = types.length > 0 ? types : (['string'] as const);
  return fc.oneof(...some.map((type) => SOME[type])).filter((value) => !values.some((one) => sameJson(one, value)));
}
