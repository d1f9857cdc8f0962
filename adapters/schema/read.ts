/**
 * Reads a schema into shapes. What stands at one place together (`$ref`, `allOf`, the member of a `oneOf` and what is beside
 * it) is a set of places, all of which bind; a shape is made once for each such set, so that recursion ends.
 */
import { objectRules, arrayRules } from './inside.ts';
import { isArray, sameJson, type Json } from './json.ts';
import { checked, SPEAKS_OF } from './keywords.ts';
import { numberRules, sayings, stringRules, type Place } from './limits.ts';
import { below, resolve } from './places.ts';
import { refuse } from './refusal.ts';
import { TYPES, type Part, type Shape, type TypeName } from './shape.ts';

/** A place of which some keywords have been followed: the places that they lead to stand beside it. */
export interface Followed extends Place {
  readonly done: readonly string[];
}

/** Two of anyOf and oneOf in one schema both bind: one is taken apart first, and each of its members has the other. */
const UNIONS = ['anyOf', 'oneOf'];

export class Reader {
  private readonly document: unknown;
  private readonly formats: ReadonlySet<string>;
  private readonly shapes = new Map<string, Shape>();
  private readonly parts = new Map<string, Part>();

  constructor(document: unknown, formats: ReadonlySet<string>) {
    this.document = document;
    this.formats = formats;
  }

  start(pointer: string): Part {
    return this.part([this.place(resolve(this.document, pointer, pointer), pointer)]);
  }

  place(schema: unknown, pointer: string): Followed {
    return { pointer, schema: checked(schema, pointer), done: [] };
  }

  part(places: readonly Followed[]): Part {
    const key = places
      .map(({ pointer, done }) => [pointer, ...done].join(' '))
      .toSorted((a, b) => (a < b ? -1 : 1))
      .join('\n');
    const known = this.parts.get(key);
    if (known) return known;
    const part = (): Shape => {
      const shape = this.shapes.get(key) ?? this.read(places);
      this.shapes.set(key, shape);
      return shape;
    };
    this.parts.set(key, part);
    return part;
  }

  private read(places: readonly Followed[]): Shape {
    const all = this.together(places);
    const pointer = places.at(-1)?.pointer ?? '#';
    for (const { says, pointer } of sayings(all, 'not')) {
      if (says !== true && !sameJson(says, {})) refuse(pointer, 'payloads cannot be drawn for "not".');
      return { kind: 'never', pointer, why: 'it forbids every value' };
    }
    return this.union(all) ?? this.plain(all, pointer);
  }

  /** The places and all that they lead to by `$ref` and `allOf`. */
  private together(places: readonly Followed[]): Followed[] {
    const found = new Map<string, Followed>();
    const left = places.map((place) => ({ place, above: [] as readonly string[] }));
    for (let next = left.shift(); next; next = left.shift()) {
      const { place, above } = next;
      if (above.some((led) => led === place.pointer || isMember(led, place.pointer))) {
        refuse(place.pointer, 'the schema is defined by itself, which says nothing.');
      }
      const known = found.get(place.pointer);
      // Of a place that comes twice, the one whose members stand beside it says all that the other does.
      if (known && known.done.length >= place.done.length) continue;
      found.set(place.pointer, place);
      left.push(...this.ledTo(place).map((led) => ({ place: led, above: [...above, place.pointer] })));
      found.set(place.pointer, { ...place, done: [...new Set([...place.done, '$ref', 'allOf'])] });
    }
    return [...found.values()];
  }

  private ledTo({ pointer, schema, done }: Followed): Followed[] {
    if (done.includes('$ref')) return [];
    const target = schema.$ref;
    const referred =
      target === undefined ? [] : [this.place(resolve(this.document, target, below(pointer, '$ref')), String(target))];
    return [...referred, ...this.members(schema.allOf, below(pointer, 'allOf'))];
  }

  private members(schemas: unknown, pointer: string): Followed[] {
    if (schemas === undefined) return [];
    if (!isArray(schemas) || schemas.length === 0) refuse(pointer, 'a list of schemas is due here.');
    return schemas.map((schema, index) => this.place(schema, below(pointer, index)));
  }

  private union(all: readonly Followed[]): Shape | undefined {
    for (const place of all) {
      const keyword = UNIONS.find((name) => Object.hasOwn(place.schema, name) && !place.done.includes(name));
      if (keyword === undefined) continue;
      const pointer = below(place.pointer, keyword);
      const beside = all.map((other) => (other === place ? { ...place, done: [...place.done, keyword] } : other));
      const members = this.members(place.schema[keyword], pointer).map((member) => this.part([...beside, member]));
      return { kind: 'union', pointer, exactlyOne: keyword === 'oneOf', members };
    }
    return undefined;
  }

  private plain(all: readonly Followed[], pointer: string): Shape {
    const types = new Set(TYPES.filter((type) => all.every((place) => allows(place, type))));
    if (types.size === 0) return { kind: 'never', pointer, why: 'no type is left that all its parts allow' };
    const values = valuesOf(all);
    return {
      kind: 'plain',
      pointer,
      types,
      drawn: drawnOf(all, types),
      ...(values ? { values } : {}),
      number: numberRules(all),
      string: stringRules(all, this.formats),
      array: arrayRules(this, all),
      object: objectRules(this, all),
    };
  }
}

/** Whether a place is a member of another's anyOf or oneOf, and so describes the same value. */
function isMember(pointer: string, of: string): boolean {
  return (
    pointer.startsWith(`${of}/`) && /^\/(anyOf|oneOf)\/\d+(\/(anyOf|oneOf|allOf)\/\d+)*$/.test(pointer.slice(of.length))
  );
}

const NAMES = new Set<unknown>([...TYPES, 'integer']);

function allows({ pointer, schema }: Place, type: TypeName): boolean {
  const { type: says, nullable } = schema;
  if (says === undefined) {
    if (nullable === true) refuse(below(pointer, 'nullable'), '"nullable" says nothing without a "type" beside it.');
    return true;
  }
  const named = isArray(says) ? says : [says];
  const unknown = named.find((name) => !NAMES.has(name));
  if (unknown !== undefined) refuse(below(pointer, 'type'), `${JSON.stringify(unknown)} is no type of JSON Schema.`);
  return (
    named.includes(type) || (type === 'number' && named.includes('integer')) || (type === 'null' && nullable === true)
  );
}

/** A schema without `type` would take anything of the types that it does not speak of, which its author hardly means. */
function drawnOf(all: readonly Place[], types: ReadonlySet<TypeName>): readonly TypeName[] {
  const isTyped = all.some(({ schema }) => Object.hasOwn(schema, 'type'));
  const spoken = new Set(all.flatMap(({ schema }) => Object.keys(schema).map((keyword) => SPEAKS_OF[keyword])));
  const some = [...types].filter((type) => spoken.has(type));
  return isTyped || some.length === 0 ? [...types] : some;
}

function valuesOf(all: readonly Place[]): readonly Json[] | undefined {
  const lists = [
    ...sayings(all, 'enum').map(({ says, pointer }) => (isArray(says) ? says : refuse(pointer, '"enum" is a list.'))),
    ...sayings(all, 'const').map(({ says }) => [says]),
  ];
  const [first, ...others] = lists;
  return first?.filter((value) => others.every((list) => list.some((other) => sameJson(other, value))));
}
