/** A method with its arguments, read from and written to a frame's payload. */
import type { Table } from '../../../brokers/queue/topology/table.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { readTable, writeTable } from './fields.ts';
import { type ArgumentType, type MethodName, methodOf, type METHODS, shapeOf } from './methods.ts';
import { refusal } from '../../../brokers/queue/refusal.ts';

interface Values {
  octet: number;
  short: number;
  long: number;
  /** Delivery tags: none is ever above 2^53. */
  longlong: number;
  shortstr: string;
  longstr: Uint8Array;
  bit: boolean;
  table: Table;
}

type Types<N extends MethodName> = (typeof METHODS)[N]['args'];
export type Arguments<N extends MethodName> = {
  readonly [K in keyof Types<N>]: Types<N>[K] extends ArgumentType ? Values[Types<N>[K]] : never;
};

/** One for each name, so that asking for the name tells the arguments. */
export type Method = { [N in MethodName]: { readonly name: N; readonly args: Arguments<N> } }[MethodName];

/** @throws EddyError EDDY_COMMAND_INVALID for an unknown method, SYNTAX_ERROR for arguments that end too early */
export function readMethod(payload: Uint8Array): Method {
  const reader = new ByteReader(payload);
  const classId = reader.u16();
  const methodId = reader.u16();
  const name = methodOf(classId, methodId);
  if (!name) throw refusal('COMMAND_INVALID', `unknown method ${classId}.${methodId}`);
  const args: Record<string, unknown> = {};
  let bits = 0;
  let bit = 8;
  for (const [key, type] of Object.entries(shapeOf(name).args)) {
    if (type === 'bit') {
      if (bit === 8) {
        bits = reader.u8();
        bit = 0;
      }
      args[key] = (bits & (1 << bit++)) !== 0;
    } else {
      bit = 8;
      args[key] = READ[type](reader);
    }
  }
  return { name, args } as Method;
}

const READ: Record<Exclude<ArgumentType, 'bit'>, (reader: ByteReader) => unknown> = {
  octet: (r) => r.u8(),
  short: (r) => r.u16(),
  long: (r) => r.u32(),
  longlong: (r) => Number(r.u64()),
  shortstr: (r) => r.short(),
  longstr: (r) => r.long(),
  table: (r) => readTable(r),
};

/** Arguments that are left out are zero, empty, false. */
export function writeMethod<N extends MethodName>(name: N, given: Partial<Arguments<N>>): Buffer {
  const { id, args } = shapeOf(name);
  const writer = new ByteWriter();
  writer.u16(id[0]);
  writer.u16(id[1]);
  const values = given as Record<string, unknown>;
  let bits = 0;
  let bit = 0;
  const flush = (): void => {
    if (bit > 0) writer.u8(bits);
    bits = 0;
    bit = 0;
  };
  for (const [key, type] of Object.entries(args)) {
    if (type !== 'bit') {
      flush();
      WRITE[type](writer, values[key]);
      continue;
    }
    if (bit === 8) flush();
    if (values[key] === true) bits |= 1 << bit;
    bit++;
  }
  flush();
  return writer.done();
}

const NOTHING = new Uint8Array(0);

const WRITE: Record<Exclude<ArgumentType, 'bit'>, (writer: ByteWriter, value: unknown) => void> = {
  octet: (w, value = 0) => w.u8(value as number),
  short: (w, value = 0) => w.u16(value as number),
  long: (w, value = 0) => w.u32(value as number),
  longlong: (w, value = 0) => w.u64(BigInt(value as number)),
  shortstr: (w, value = '') => w.short(value as string),
  longstr: (w, value = NOTHING) => w.long(value as Uint8Array),
  table: (w, value = {}) => writeTable(w, value as Table),
};
