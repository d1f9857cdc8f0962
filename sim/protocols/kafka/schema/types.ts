/**
 * How the parts of a message stand on the wire, as data; [read.ts](read.ts) and [write.ts](write.ts) interpret it.
 * Source: Kafka's protocol guide, and the message definitions in clients/src/main/resources/common/message.
 */

type ScalarKind = 'boolean' | 'int8' | 'int16' | 'int32' | 'int64' | 'string' | 'bytes';

interface Scalar<T> {
  readonly kind: ScalarKind;
  /** What a field of the type is in versions that do not have it. */
  readonly absent: T;
}

interface ArrayOf<T> {
  readonly kind: 'array';
  readonly of: Type<unknown>;
  readonly absent: T;
}

interface Nullable<T> {
  readonly kind: 'nullable';
  readonly of: Type<unknown>;
  /** The first version in which it may be null. */
  readonly from: number;
  readonly absent: T;
}

interface Struct<T> {
  readonly kind: 'struct';
  readonly fields: readonly NamedField[];
  readonly absent: T;
}

export type Type<T> = Scalar<T> | ArrayOf<T> | Nullable<T> | Struct<T>;

/** A part of a struct, and in which versions it is there. */
export interface Field<T> {
  readonly type: Type<T>;
  readonly from: number;
  readonly to: number;
  readonly absent: T;
  /** The number under which it stands in the tagged section at the struct's end, left out where it is as when absent. */
  readonly tag?: number;
}

export interface NamedField extends Field<unknown> {
  readonly name: string;
}

export const boolean: Type<boolean> = { kind: 'boolean', absent: false };
export const int8: Type<number> = { kind: 'int8', absent: 0 };
export const int16: Type<number> = { kind: 'int16', absent: 0 };
export const int32: Type<number> = { kind: 'int32', absent: 0 };
export const int64: Type<number> = { kind: 'int64', absent: 0 };
export const string: Type<string> = { kind: 'string', absent: '' };
export const bytes: Type<Buffer> = { kind: 'bytes', absent: Buffer.alloc(0) };

/** Record batches: bytes to this schema. */
export const records: Type<Buffer | null> = nullable(bytes);

export function array<T>(of: Type<T>): Type<readonly T[]> {
  return { kind: 'array', of, absent: [] };
}

export function nullable<T>(of: Type<T>, from = 0): Type<T | null> {
  return { kind: 'nullable', of, from, absent: null };
}

/** A field that is there from a version on. */
export function since<T>(from: number, type: Type<T>, absent: T = type.absent): Field<T> {
  return between(from, Number.POSITIVE_INFINITY, type, absent);
}

/** A field that is there in these versions, both included. */
export function between<T>(from: number, to: number, type: Type<T>, absent: T = type.absent): Field<T> {
  return { type, from, to, absent };
}

export function tagged<T>(tag: number, from: number, type: Type<T>, absent: T = type.absent): Field<T> {
  return { ...since(from, type, absent), tag };
}

/** The fields of a message in the order of the wire; a type alone is a field of every version. */
export function struct<T extends object>(
  fields: { readonly [Name in keyof T]: Type<T[Name]> | Field<T[Name]> },
): Type<T> {
  const named = Object.entries<Type<unknown> | Field<unknown>>(fields).map(([name, field]) =>
    'type' in field ? { ...field, name } : { ...since(0, field), name },
  );
  const absent = Object.fromEntries(named.map((field) => [field.name, field.absent])) as T;
  return { kind: 'struct', fields: named, absent };
}

/** The version of a message that is read or written. */
export interface Form {
  readonly version: number;
  /** Lengths are varints, and structs end with a section of tagged fields. Source: KIP-482. */
  readonly isFlexible: boolean;
}

export function isThere({ from, to }: NamedField, { version }: Form): boolean {
  return version >= from && version <= to;
}
