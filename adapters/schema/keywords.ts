import { isObject, type JsonObject } from './json.ts';
import type { TypeName } from './shape.ts';
import { refuse } from './refusal.ts';

/** The types that keywords speak of. */
export const SPEAKS_OF: Readonly<Record<string, TypeName>> = {
  properties: 'object',
  required: 'object',
  additionalProperties: 'object',
  propertyNames: 'object',
  minProperties: 'object',
  maxProperties: 'object',
  items: 'array',
  prefixItems: 'array',
  additionalItems: 'array',
  minItems: 'array',
  maxItems: 'array',
  uniqueItems: 'array',
  minLength: 'string',
  maxLength: 'string',
  pattern: 'string',
  format: 'string',
  minimum: 'number',
  maximum: 'number',
  exclusiveMinimum: 'number',
  exclusiveMaximum: 'number',
  multipleOf: 'number',
};
const STRUCTURE = [
  'type',
  'enum',
  'const',
  'nullable',
  'not',
  '$ref',
  'allOf',
  'anyOf',
  'oneOf',
  '$defs',
  'definitions',
];
/** Say nothing about which payloads are valid (JSON Schema 2020-12, validation, sections 8 and 9). */
const NOTES = [
  '$schema',
  '$comment',
  'title',
  'description',
  'default',
  'example',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'externalDocs',
  'contentEncoding',
  'contentMediaType',
];
const KNOWN = new Set([...Object.keys(SPEAKS_OF), ...STRUCTURE, ...NOTES]);

/** A schema object of which each keyword is known; `true` and `false` as the objects that mean the same. */
export function checked(schema: unknown, pointer: string): JsonObject {
  if (schema === true) return {};
  if (schema === false) return { not: {} };
  if (!isObject(schema)) refuse(pointer, 'a schema is an object, true or false.');
  if (typeof schema['parse'] === 'function')
    refuse(pointer, 'what parses is a validator, and no JSON Schema; zod makes one by z.toJSONSchema.');
  for (const keyword of Object.keys(schema)) {
    if (KNOWN.has(keyword) || keyword.startsWith('x-') || (keyword === '$id' && pointer === '#')) continue;
    refuse(`${pointer}/${keyword}`, `the keyword "${keyword}" is not among those that payloads can be drawn for.`);
  }
  return schema;
}
