/**
 * A message of the formats before record batches. Source: Kafka documentation, "Old Message Format".
 *
 *     offset int64, size int32, crc uint32 (CRC-32 of all that follows), magic int8, attributes int8, timestamp int64 (magic 1),
 *     key (int32 length, -1 null), value (the same)
 */
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { crc32 } from './crc.ts';
import { Unreadable } from './unreadable.ts';

export interface Message {
  readonly magic: 0 | 1;
  readonly offset: number;
  /** Codec and, in magic 1, the kind of its time. */
  readonly attributes: number;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

const SIZE_AT = 8;
const CRC_AT = 12;
const CRC_END = 16;

/** The message that is all of the bytes. @throws Unreadable, Malformed */
export function readMessage(bytes: Buffer): Message {
  const reader = new ByteReader(bytes);
  const offset = reader.int64();
  reader.int32();
  if (reader.uint32() !== crc32(bytes.subarray(CRC_END)))
    throw new Unreadable('CORRUPT_MESSAGE', 'the checksum of a message is wrong');
  const magic = reader.int8();
  if (magic !== 0 && magic !== 1) throw new Unreadable('INVALID_RECORD', `there are no messages of magic ${magic}`);
  const attributes = reader.int8();
  const timestampMs = magic === 1 ? reader.int64() : -1;
  const message = { magic, offset, attributes, timestampMs, key: readBytes(reader), value: readBytes(reader) } as const;
  if (reader.left > 0) throw new Unreadable('CORRUPT_MESSAGE', `${reader.left} bytes follow the value of a message`);
  return message;
}

function readBytes(reader: ByteReader): Buffer | null {
  const size = reader.int32();
  return size === -1 ? null : reader.take(size);
}

export function writeMessage({ magic, offset, attributes, timestampMs, key, value }: Message): Buffer {
  const writer = new ByteWriter();
  writer.int64(offset);
  writer.int32(0);
  writer.uint32(0);
  writer.int8(magic);
  writer.int8(attributes);
  if (magic === 1) writer.int64(timestampMs);
  writeBytes(key, writer);
  writeBytes(value, writer);
  writer.int32At(SIZE_AT, writer.size - CRC_AT);
  writer.uint32At(CRC_AT, crc32(writer.done().subarray(CRC_END)));
  return writer.done();
}

function writeBytes(bytes: Buffer | null, writer: ByteWriter): void {
  writer.int32(bytes?.length ?? -1);
  if (bytes) writer.raw(bytes);
}
