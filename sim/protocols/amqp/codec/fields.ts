/**
 * Field tables as bytes. A value keeps the type that it came with, so that the broker hands on what it was given.
 * Source: RabbitMQ, "AMQP 0-9-1 Errata" (field types as RabbitMQ and its clients read them).
 */
import type { Field, FieldType, Table } from '../../../brokers/queue/topology/table.ts';
import { type ByteReader, type ByteWriter, exactTextOf } from './bytes.ts';
import { refusal } from '../../../brokers/queue/refusal.ts';

/** `unscaled / 10^scale` */
interface Decimal {
  readonly scale: number;
  readonly unscaled: number;
}

/** Deeper than this nothing sensible is nested; it keeps a hostile table from exhausting the stack. */
const DEPTH_MAX = 64;

export function readTable(reader: ByteReader, depth = 0): Table {
  const part = reader.part();
  const table: Record<string, Field> = {};
  while (!part.isAtEnd) {
    const name = part.short();
    const value = readField(part, depth);
    if (name === '__proto__') Object.defineProperty(table, name, { value, enumerable: true, configurable: true });
    else table[name] = value;
  }
  return table;
}

function readField(reader: ByteReader, depth: number): Field {
  if (depth > DEPTH_MAX) throw refusal('SYNTAX_ERROR', 'a table is nested too deeply');
  const tag = String.fromCharCode(reader.u8());
  const type = TYPES.get(tag);
  if (!type) throw refusal('SYNTAX_ERROR', `unknown field type ${JSON.stringify(tag)}`);
  return { type, value: READ[type](reader, depth) };
}

/** The first letter of a type is the one that is written. */
const TAGS: Readonly<Record<FieldType, string>> = {
  bool: 't',
  byte: 'b',
  unsignedbyte: 'B',
  short: 's',
  unsignedshort: 'u',
  signedint: 'I',
  unsignedint: 'i',
  long: 'lL',
  float: 'f',
  double: 'd',
  decimal: 'D',
  longstr: 'S',
  binary: 'x',
  array: 'A',
  timestamp: 'T',
  table: 'F',
  void: 'V',
};
const TYPES = new Map(Object.entries(TAGS).flatMap(([type, tags]) => [...tags].map((tag) => [tag, type as FieldType])));

const READ: Record<FieldType, (reader: ByteReader, depth: number) => unknown> = {
  bool: (r) => r.u8() !== 0,
  byte: (r) => r.i8(),
  unsignedbyte: (r) => r.u8(),
  short: (r) => r.i16(),
  unsignedshort: (r) => r.u16(),
  signedint: (r) => r.i32(),
  unsignedint: (r) => r.u32(),
  long: (r) => safeNumber(r.i64()),
  float: (r) => r.f32(),
  double: (r) => r.f64(),
  decimal: (r) => ({ scale: r.u8(), unscaled: r.i32() }),
  longstr: (r) => {
    const bytes = r.long();
    return exactTextOf(bytes) ?? Uint8Array.from(bytes);
  },
  binary: (r) => Uint8Array.from(r.long()),
  timestamp: (r) => safeNumber(r.u64()),
  void: () => null,
  table: (r, depth) => readTable(r, depth + 1),
  array: (r, depth) => {
    const part = r.part();
    const fields: Field[] = [];
    while (!part.isAtEnd) fields.push(readField(part, depth + 1));
    return fields;
  },
};

/** A number where it is one exactly. */
export function safeNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

export function writeTable(writer: ByteWriter, table: Table): void {
  writer.part(() => {
    for (const [name, field] of Object.entries(table)) {
      writer.short(name);
      writeField(writer, field);
    }
  });
}

function writeField(writer: ByteWriter, { type, value }: Field): void {
  writer.u8(TAGS[type].charCodeAt(0));
  WRITE[type](writer, value);
}

const WRITE: Record<FieldType, (writer: ByteWriter, value: unknown) => void> = {
  bool: (w, value) => w.u8(value === true ? 1 : 0),
  byte: (w, value) => w.i8(value as number),
  unsignedbyte: (w, value) => w.u8(value as number),
  short: (w, value) => w.i16(value as number),
  unsignedshort: (w, value) => w.u16(value as number),
  signedint: (w, value) => w.i32(value as number),
  unsignedint: (w, value) => w.u32(value as number),
  long: (w, value) => w.i64(BigInt(value as number | bigint)),
  float: (w, value) => w.f32(value as number),
  double: (w, value) => w.f64(value as number),
  decimal: (w, value) => {
    const { scale, unscaled } = value as Decimal;
    w.u8(scale);
    w.i32(unscaled);
  },
  longstr: (w, value) => w.long(typeof value === 'string' ? Buffer.from(value, 'utf8') : (value as Uint8Array)),
  binary: (w, value) => w.long(value as Uint8Array),
  timestamp: (w, value) => w.u64(BigInt(value as number | bigint)),
  void: () => undefined,
  table: (w, value) => writeTable(w, value as Table),
  array: (w, value) => w.part(() => (value as readonly Field[]).forEach((each) => writeField(w, each))),
};
