/** Writes a value by its schema. What the version has no field for is left out. */
import { ByteWriter } from '../bytes/writer.ts';
import { type Form, isThere, type NamedField, type Type } from './types.ts';

export function writeValue<T>(type: Type<T>, value: T, writer: ByteWriter, form: Form): void {
  write(type, value, writer, form);
}

function write(type: Type<unknown>, value: unknown, writer: ByteWriter, form: Form): void {
  switch (type.kind) {
    case 'nullable':
      if (value !== null) write(type.of, value, writer, form);
      else if (form.version >= type.from) writeNull(type.of, writer, form);
      else throw new TypeError(`null cannot be written in version ${form.version}`);
      return;
    case 'struct':
      writeStruct(type.fields, value as Record<string, unknown>, writer, form);
      return;
    case 'array':
      writeArray(type.of, value as readonly unknown[], writer, form);
      return;
    case 'string': {
      const size = Buffer.byteLength(value as string);
      if (form.isFlexible) writer.unsignedVarint(size + 1);
      else writer.int16(size);
      writer.text(value as string, size);
      return;
    }
    case 'bytes':
      writeLength((value as Buffer).length, writer, form);
      writer.raw(value as Buffer);
      return;
    case 'boolean':
      writer.boolean(value as boolean);
      return;
    default:
      writer[type.kind](value as number);
  }
}

function writeNull(type: Type<unknown>, writer: ByteWriter, form: Form): void {
  if (type.kind === 'string' && !form.isFlexible) writer.int16(-1);
  else writeLength(-1, writer, form);
}

function writeLength(size: number, writer: ByteWriter, form: Form): void {
  if (form.isFlexible) writer.unsignedVarint(size + 1);
  else writer.int32(size);
}

function writeArray(of: Type<unknown>, elements: readonly unknown[], writer: ByteWriter, form: Form): void {
  writeLength(elements.length, writer, form);
  for (const element of elements) write(of, element, writer, form);
}

function writeStruct(
  fields: readonly NamedField[],
  value: Readonly<Record<string, unknown>>,
  writer: ByteWriter,
  form: Form,
): void {
  for (const field of fields)
    if (field.tag === undefined && isThere(field, form)) write(field.type, value[field.name], writer, form);
  if (form.isFlexible) writeTagged(fields, value, writer, form);
}

function writeTagged(
  fields: readonly NamedField[],
  value: Readonly<Record<string, unknown>>,
  writer: ByteWriter,
  form: Form,
): void {
  const told = fields
    .filter((field) => field.tag !== undefined && isThere(field, form) && !isAsAbsent(field, value[field.name]))
    .toSorted((a, b) => (a.tag as number) - (b.tag as number));
  writer.unsignedVarint(told.length);
  for (const { tag, type, name } of told) {
    const content = new ByteWriter();
    write(type, value[name], content, form);
    writer.unsignedVarint(tag as number);
    writer.unsignedVarint(content.size);
    writer.raw(content.done());
  }
}

/** Tagged fields of these messages are scalars and arrays whose default is empty. */
function isAsAbsent({ absent }: NamedField, value: unknown): boolean {
  return value === absent || (Array.isArray(value) && value.length === 0);
}
