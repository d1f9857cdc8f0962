/** A content header: how long the body is, and the message's properties, each of which may be absent. */
import type { Table } from '../../../brokers/queue/topology/table.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { readTable, safeNumber, writeTable } from './fields.ts';
import { BASIC } from './methods.ts';
import { refusal } from '../../../brokers/queue/refusal.ts';

export interface Properties {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly headers?: Table;
  readonly deliveryMode?: number;
  readonly priority?: number;
  readonly correlationId?: string;
  readonly replyTo?: string;
  readonly expiration?: string;
  readonly messageId?: string;
  /** Seconds since 1970. */
  readonly timestamp?: number | bigint;
  readonly type?: string;
  readonly userId?: string;
  readonly appId?: string;
  readonly clusterId?: string;
}

/** In the order of their flags, the first in the highest bit. */
const PROPERTIES = [
  ['contentType', 'text'],
  ['contentEncoding', 'text'],
  ['headers', 'table'],
  ['deliveryMode', 'octet'],
  ['priority', 'octet'],
  ['correlationId', 'text'],
  ['replyTo', 'text'],
  ['expiration', 'text'],
  ['messageId', 'text'],
  ['timestamp', 'time'],
  ['type', 'text'],
  ['userId', 'text'],
  ['appId', 'text'],
  ['clusterId', 'text'],
] as const;

export interface ContentHeader {
  readonly bodySize: number;
  readonly properties: Properties;
}

const MORE_FLAGS = 1;

/** @throws EddyError EDDY_UNEXPECTED_FRAME for content of another class, SYNTAX_ERROR for one that ends too early */
export function readHeader(payload: Uint8Array): ContentHeader {
  const reader = new ByteReader(payload);
  const classId = reader.u16();
  if (classId !== BASIC) {
    throw refusal(
      'UNEXPECTED_FRAME',
      `expected content header for class ${BASIC}, got one for class ${classId} instead`,
    );
  }
  reader.u16();
  const bodySize = Number(reader.u64());
  const flags = reader.u16();
  // Further flag words announce properties that no version of the protocol has.
  if (flags & MORE_FLAGS) throw refusal('SYNTAX_ERROR', 'unknown properties are flagged');
  const properties: Record<string, unknown> = {};
  PROPERTIES.forEach(([name, type], n) => {
    if (flags & (0x8000 >> n)) properties[name] = READ[type](reader);
  });
  return { bodySize, properties };
}

const READ = {
  text: (r: ByteReader) => r.short(),
  table: (r: ByteReader) => readTable(r),
  octet: (r: ByteReader) => r.u8(),
  time: (r: ByteReader) => safeNumber(r.u64()),
};

export function writeHeader({ bodySize, properties }: ContentHeader): Buffer {
  const writer = new ByteWriter();
  writer.u16(BASIC);
  writer.u16(0);
  writer.u64(BigInt(bodySize));
  let flags = 0;
  PROPERTIES.forEach(([name], n) => {
    if (properties[name] !== undefined) flags |= 0x8000 >> n;
  });
  writer.u16(flags);
  for (const [name, type] of PROPERTIES) {
    const value = properties[name];
    if (value === undefined) continue;
    if (type === 'text') writer.short(value as string);
    else if (type === 'octet') writer.u8(value as number);
    else if (type === 'time') writer.u64(BigInt(value as number | bigint));
    else writeTable(writer, value as Table);
  }
  return writer.done();
}
