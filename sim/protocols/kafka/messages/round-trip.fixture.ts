/** Any value of a schema, as a version of it can carry it. */
import fc from 'fast-check';
import { type Form, isThere, type NamedField, type Type } from '../schema/types.ts';

export function valueArb(type: Type<unknown>, form: Form): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'boolean':
      return fc.boolean();
    case 'int8':
      return fc.integer({ min: -128, max: 127 });
    case 'int16':
      return fc.integer({ min: -32_768, max: 32_767 });
    case 'int32':
      return fc.integer();
    case 'int64':
      return fc.maxSafeInteger();
    case 'string':
      return fc.string({ unit: 'grapheme', maxLength: 12 });
    case 'bytes':
      return fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
    case 'array':
      return fc.array(valueArb(type.of, form), { maxLength: 3 });
    case 'nullable':
      return form.version >= type.from ? fc.option(valueArb(type.of, form), { nil: null }) : valueArb(type.of, form);
    case 'struct':
      return fc.record(Object.fromEntries(type.fields.map((field) => [field.name, fieldArb(field, form)])));
  }
}

/** What a version does not have is as its default: that is how it comes back. */
function fieldArb(field: NamedField, form: Form): fc.Arbitrary<unknown> {
  return isThere(field, form) ? valueArb(field.type, form) : fc.constant(field.absent);
}
