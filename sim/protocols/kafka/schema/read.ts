/** Reads a value by its schema. */
import { Malformed } from '../bytes/malformed.ts';
import type { ByteReader } from '../bytes/reader.ts';
import { type Form, isThere, type NamedField, type Type } from './types.ts';

/** @throws Malformed */
export function readValue<T>(type: Type<T>, reader: ByteReader, form: Form): T {
  return read(type, reader, form) as T;
}

function read(type: Type<unknown>, reader: ByteReader, form: Form): unknown {
  if (type.kind !== 'nullable') {
    const value = readNullable(type, reader, form);
    if (value === null) throw new Malformed(`${article(type.kind)} is null`);
    return value;
  }
  const value = readNullable(type.of, reader, form);
  if (value === null && form.version < type.from) throw new Malformed(`${article(type.of.kind)} is null`);
  return value;
}

function article(kind: string): string {
  return `${kind === 'array' ? 'an' : 'a'} ${kind}`;
}

/** Null where the length says so. */
function readNullable(type: Type<unknown>, reader: ByteReader, form: Form): unknown {
  switch (type.kind) {
    case 'string': {
      const size = form.isFlexible ? reader.unsignedVarint() - 1 : reader.int16();
      return size === -1 ? null : reader.text(length(size));
    }
    case 'bytes': {
      const size = form.isFlexible ? reader.unsignedVarint() - 1 : reader.int32();
      return size === -1 ? null : reader.take(length(size));
    }
    case 'array':
      return readArray(type.of, reader, form);
    case 'struct':
      return readStruct(type.fields, reader, form);
    case 'nullable':
      throw new TypeError('Nothing is nullable twice');
    default:
      return reader[type.kind]();
  }
}

function length(size: number): number {
  if (size < -1) throw new Malformed(`a length is ${size}`);
  return size;
}

function readArray(of: Type<unknown>, reader: ByteReader, form: Form): unknown[] | null {
  const count = form.isFlexible ? reader.unsignedVarint() - 1 : reader.int32();
  if (count === -1) return null;
  // Every element takes a byte at least.
  if (length(count) > reader.left) throw new Malformed(`${count} elements are to follow in ${reader.left} bytes`);
  const elements: unknown[] = [];
  for (let n = 0; n < count; n++) elements.push(read(of, reader, form));
  return elements;
}

function readStruct(fields: readonly NamedField[], reader: ByteReader, form: Form): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const field of fields) {
    const isPlain = field.tag === undefined && isThere(field, form);
    value[field.name] = isPlain ? read(field.type, reader, form) : field.absent;
  }
  if (form.isFlexible) readTagged(value, fields, reader, form);
  return value;
}

/** Tags that the schema does not know are passed over. */
function readTagged(
  value: Record<string, unknown>,
  fields: readonly NamedField[],
  reader: ByteReader,
  form: Form,
): void {
  const count = reader.unsignedVarint();
  for (let n = 0; n < count; n++) {
    const tag = reader.unsignedVarint();
    const size = reader.unsignedVarint();
    const end = reader.position + size;
    const field = fields.find((candidate) => candidate.tag === tag && isThere(candidate, form));
    if (!field) reader.take(size);
    else value[field.name] = read(field.type, reader, form);
    if (reader.position !== end) throw new Malformed(`the field of tag ${tag} is not ${size} bytes long`);
  }
}
