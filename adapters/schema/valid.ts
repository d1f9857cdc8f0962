/** Whether a value is valid for a shape. */
import { FORMATS } from './formats.ts';
import { isArray, isObject, sameJson } from './json.ts';
import type { ArrayRules, NumberRules, ObjectRules, Plain, Shape, StringRules, TypeName } from './shape.ts';

export function isValid(shape: Shape, value: unknown): boolean {
  switch (shape.kind) {
    case 'never':
      return false;
    case 'union': {
      const met = shape.members.filter((member) => isValid(member(), value)).length;
      return shape.exactlyOne ? met === 1 : met > 0;
    }
    case 'plain':
      return (
        shape.types.has(typeOf(value)) &&
        (shape.values === undefined || shape.values.some((one) => sameJson(one, value))) &&
        isWithin(shape, value)
      );
  }
}

export function typeOf(value: unknown): TypeName {
  if (value === null) return 'null';
  return isArray(value) ? 'array' : (typeof value as TypeName);
}

/** The limits of the value's own type. */
export function isWithin(shape: Plain, value: unknown): boolean {
  if (typeof value === 'number') return isNumber(shape.number, value);
  if (typeof value === 'string') return isString(shape.string, value);
  if (isArray(value)) return isList(shape.array, value);
  return !isObject(value) || isRecord(shape.object, value);
}

export function isNumber(rules: NumberRules, value: number): boolean {
  return (
    (rules.minimumExcluded ? value > rules.minimum : value >= rules.minimum) &&
    (rules.maximumExcluded ? value < rules.maximum : value <= rules.maximum) &&
    (!rules.integer || Number.isInteger(value)) &&
    // What is a multiple only within rounding, validators judge differently: none is drawn.
    rules.multiplesOf.every((step) => Number.isInteger(value / step))
  );
}

export function isString(rules: StringRules, value: string): boolean {
  const length = [...value].length;
  const format = rules.patterns.length === 0 ? FORMATS.get(rules.format ?? '') : undefined;
  return (
    length >= rules.minLength &&
    length <= rules.maxLength &&
    rules.patterns.every((pattern) => pattern.test(value)) &&
    (!format || format.test(value))
  );
}

function isList(rules: ArrayRules, items: readonly unknown[]): boolean {
  return (
    items.length >= rules.minItems &&
    items.length <= rules.maxItems &&
    items.every((item, index) => isValid((rules.prefix[index] ?? rules.rest)(), item)) &&
    (!rules.unique || items.every((item, index) => items.findIndex((other) => sameJson(other, item)) === index))
  );
}

function isRecord(rules: ObjectRules, record: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(record);
  return (
    keys.length >= rules.minProperties &&
    keys.length <= rules.maxProperties &&
    [...rules.required].every((name) => Object.hasOwn(record, name)) &&
    keys.every(
      (key) => isValid((rules.properties.get(key) ?? rules.additional)(), record[key]) && isValid(rules.names(), key),
    )
  );
}
