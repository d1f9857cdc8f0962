/**
 * A record of a batch. Source: Kafka documentation, "Record".
 *
 *     length varint, attributes int8 (unused), timestampDelta varlong, offsetDelta varint, key (varint length, -1 null),
 *     value (the same), headers (varint count, each key and value)
 */
import { Malformed } from '../bytes/malformed.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import type { RecordHeader, WireRecord } from './types.ts';

/** @throws Malformed */
export function readRecord(reader: ByteReader, baseOffset: number, baseTimestampMs: number): WireRecord {
  const body = new ByteReader(reader.take(reader.varint()));
  body.int8();
  const record = {
    timestampMs: baseTimestampMs + body.varlong(),
    offset: baseOffset + body.varint(),
    key: readBytes(body),
    value: readBytes(body),
    headers: readHeaders(body),
  };
  if (body.left > 0) throw new Malformed(`${body.left} bytes follow the last header of a record`);
  return record;
}

function readBytes(reader: ByteReader): Buffer | null {
  const size = reader.varint();
  return size === -1 ? null : reader.take(size);
}

function readHeaders(reader: ByteReader): RecordHeader[] {
  const count = reader.varint();
  if (count < 0 || count > reader.left) throw new Malformed(`a record is said to have ${count} headers`);
  return Array.from({ length: count }, () => ({ key: reader.text(reader.varint()), value: readBytes(reader) }));
}

export function writeRecord(
  { offset, timestampMs, key, value, headers }: WireRecord,
  baseOffset: number,
  baseTimestampMs: number,
  writer: ByteWriter,
): void {
  const body = new ByteWriter();
  body.int8(0);
  body.varlong(timestampMs - baseTimestampMs);
  body.varint(offset - baseOffset);
  writeBytes(key, body);
  writeBytes(value, body);
  body.varint(headers.length);
  for (const header of headers) {
    const size = Buffer.byteLength(header.key);
    body.varint(size);
    body.text(header.key, size);
    writeBytes(header.value, body);
  }
  writer.varint(body.size);
  writer.raw(body.done());
}

function writeBytes(bytes: Buffer | null, writer: ByteWriter): void {
  writer.varint(bytes?.length ?? -1);
  if (bytes) writer.raw(bytes);
}
