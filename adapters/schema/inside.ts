/** What is inside of arrays and objects, of all parts of a schema taken together. */
import { isArray, isObject, type Json, type JsonObject } from './json.ts';
import { numbersOf, sayings } from './limits.ts';
import { below } from './places.ts';
import type { Followed, Reader } from './read.ts';
import { refuse } from './refusal.ts';
import type { ArrayRules, ObjectRules, Part } from './shape.ts';

export function arrayRules(reader: Reader, all: readonly Followed[]): ArrayRules {
  const lists = all.map((place) => itemsOf(reader, place));
  const length = Math.max(0, ...lists.map(({ prefix }) => prefix.length));
  const at = (index: number): Part => reader.part(lists.flatMap(({ prefix, rest }) => prefix[index] ?? rest ?? []));
  return {
    prefix: Array.from({ length }, (_, index) => at(index)),
    rest: at(length),
    minItems: Math.max(0, ...numbersOf(all, 'minItems')),
    maxItems: Math.min(Infinity, ...numbersOf(all, 'maxItems')),
    unique: sayings(all, 'uniqueItems').some(({ says }) => says === true),
  };
}

/** Draft-07 writes a tuple as a list in `items`, and `additionalItems` for what 2020-12 writes as `items`. */
function itemsOf(reader: Reader, { pointer, schema }: Followed): { prefix: readonly Followed[]; rest?: Followed } {
  const { items, prefixItems } = schema;
  const [list, keyword, after] = isArray(items)
    ? ([items, 'items', 'additionalItems'] as const)
    : ([prefixItems ?? [], 'prefixItems', 'items'] as const);
  if (!isArray(list)) refuse(below(pointer, keyword), 'a list of schemas is due here.');
  const rest = schema[after];
  return {
    prefix: list.map((item, index) => reader.place(item, below(below(pointer, keyword), index))),
    ...(rest === undefined ? {} : { rest: reader.place(rest, below(pointer, after)) }),
  };
}

export function objectRules(reader: Reader, all: readonly Followed[]): ObjectRules {
  const places = all.map((place) => ({ ...place, properties: propertiesOf(place) }));
  const required = new Set(sayings(all, 'required').flatMap(({ says, pointer }) => namesIn(says, pointer)));
  const names = new Set([...places.flatMap(({ properties }) => Object.keys(properties)), ...required]);
  const additional = places.flatMap((place) => additionalOf(reader, place));
  const properties = [...names].map((name): [string, Part] => [
    name,
    // A part that does not know a property binds it by its additionalProperties.
    reader.part(
      places.flatMap((place) =>
        Object.hasOwn(place.properties, name)
          ? reader.place(place.properties[name], below(below(place.pointer, 'properties'), name))
          : additionalOf(reader, place),
      ),
    ),
  ]);
  return {
    properties: new Map(properties),
    required,
    additional: reader.part(additional),
    names: reader.part(sayings(all, 'propertyNames').map(({ says, pointer }) => reader.place(says, pointer))),
    minProperties: Math.max(0, ...numbersOf(all, 'minProperties')),
    maxProperties: Math.min(Infinity, ...numbersOf(all, 'maxProperties')),
  };
}

function propertiesOf({ pointer, schema }: Followed): JsonObject {
  const { properties = {} } = schema;
  return isObject(properties)
    ? properties
    : refuse(below(pointer, 'properties'), '"properties" is an object of schemas.');
}

function additionalOf(reader: Reader, { pointer, schema }: Followed): Followed[] {
  const { additionalProperties } = schema;
  if (additionalProperties === undefined) return [];
  return [reader.place(additionalProperties, below(pointer, 'additionalProperties'))];
}

function namesIn(says: Json, pointer: string): string[] {
  if (!isArray(says)) refuse(pointer, '"required" is a list of names (draft-03 had true here).');
  return says.map(String);
}
