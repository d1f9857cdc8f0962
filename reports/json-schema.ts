/** Shapes as JSON Schema, for those who read what Eddy writes. Fields that a schema does not name may be there. */
import type { Shape } from './shape.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

export function jsonSchemaOf(shape: Shape): JsonSchema {
  if (shape === 'anything') return {};
  if (typeof shape === 'string') return { type: shape };
  if (shape instanceof Set) return { enum: [...shape] };
  if ('each' in shape) return { type: 'array', items: jsonSchemaOf(shape.each) };
  if ('orNull' in shape) return { anyOf: [jsonSchemaOf(shape.orNull), { type: 'null' }] };
  if ('fields' in shape) return fieldsOf(shape.fields);
  return {};
}

function fieldsOf(fields: Readonly<Record<string, Shape>>): JsonSchema {
  const named = Object.entries(fields).filter(([name]) => name !== '*');
  const rest = fields['*'];
  return {
    type: 'object',
    properties: Object.fromEntries(named.map(([name, shape]) => [name.replace(/\?$/, ''), jsonSchemaOf(shape)])),
    required: named.flatMap(([name]) => (name.endsWith('?') ? [] : [name])),
    ...(rest && { additionalProperties: jsonSchemaOf(rest) }),
  };
}
