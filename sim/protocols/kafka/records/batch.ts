/**
 * Record batches (magic 2). Source: Kafka documentation, "Record Batch", and DefaultRecordBatch.java.
 *
 *     baseOffset int64, batchLength int32, partitionLeaderEpoch int32, magic int8, crc uint32 (CRC-32C of all that follows),
 *     attributes int16, lastOffsetDelta int32, baseTimestamp int64, maxTimestamp int64, producerId int64,
 *     producerEpoch int16, baseSequence int32, count int32, records (compressed, if at all, together)
 */
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { codecOf, compressionOf, deflate, inflate } from './compression.ts';
import { crc32c } from './crc.ts';
import { readRecord, writeRecord } from './record.ts';
import type { RecordBatch, WireRecord } from './types.ts';
import { Unreadable } from './unreadable.ts';

const LENGTH_AT = 8;
const LENGTH_END = 12;
const CRC_AT = 17;
const CRC_END = 21;
const HEADER_BYTES = 61;

const APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

/** The batch that is all of the bytes. @throws Unreadable, Malformed */
export function readBatch(bytes: Buffer): RecordBatch {
  if (bytes.length < HEADER_BYTES)
    throw new Unreadable('CORRUPT_MESSAGE', `a record batch of ${bytes.length} bytes is shorter than its header`);
  if (bytes.readUInt32BE(CRC_AT) !== crc32c(bytes.subarray(CRC_END)))
    throw new Unreadable('CORRUPT_MESSAGE', 'the checksum of a record batch is wrong');
  const reader = new ByteReader(bytes);
  const baseOffset = reader.int64();
  reader.int32();
  const partitionLeaderEpoch = reader.int32();
  reader.take(1 + CRC_END - CRC_AT);
  const attributes = reader.int16();
  const lastOffset = baseOffset + reader.int32();
  const baseTimestampMs = reader.int64();
  const maxTimestampMs = reader.int64();
  const isAppendTime = (attributes & APPEND_TIME) !== 0;
  return {
    magic: 2,
    baseOffset,
    lastOffset,
    partitionLeaderEpoch,
    compression: compressionOf(attributes),
    timestampType: isAppendTime ? 'append' : 'create',
    isTransactional: (attributes & TRANSACTIONAL) !== 0,
    isControl: (attributes & CONTROL) !== 0,
    producerId: reader.int64(),
    producerEpoch: reader.int16(),
    baseSequence: reader.int32(),
    records: readAll(
      reader.int32(),
      new ByteReader(inflate(compressionOf(attributes), reader.rest())),
      // The time of an append stands in the header alone.
      (reader) => {
        const record = readRecord(reader, baseOffset, baseTimestampMs);
        return isAppendTime ? { ...record, timestampMs: maxTimestampMs } : record;
      },
    ),
  };
}

function readAll(count: number, reader: ByteReader, read: (reader: ByteReader) => WireRecord): WireRecord[] {
  if (count < 0) throw new Unreadable('INVALID_RECORD', `a batch is said to hold ${count} records`);
  const records: WireRecord[] = [];
  while (records.length < count) records.push(read(reader));
  if (reader.left > 0)
    throw new Unreadable('INVALID_RECORD', `${reader.left} bytes follow the last of ${count} records`);
  return records;
}

export function writeBatch(batch: RecordBatch): Buffer {
  const { baseOffset, lastOffset, records } = batch;
  const times = records.map(({ timestampMs }) => timestampMs);
  const baseTimestampMs = times[0] ?? -1;
  const writer = new ByteWriter(1024);
  writer.int64(baseOffset);
  writer.int32(0);
  writer.int32(batch.partitionLeaderEpoch);
  writer.int8(2);
  writer.uint32(0);
  writer.int16(attributesOf(batch));
  writer.int32(lastOffset - baseOffset);
  writer.int64(baseTimestampMs);
  writer.int64(times.reduce((latest, time) => Math.max(latest, time), -1));
  writer.int64(batch.producerId);
  writer.int16(batch.producerEpoch);
  writer.int32(batch.baseSequence);
  writer.int32(records.length);
  writeAll(batch, baseTimestampMs, writer);
  writer.int32At(LENGTH_AT, writer.size - LENGTH_END);
  writer.uint32At(CRC_AT, crc32c(writer.done().subarray(CRC_END)));
  return writer.done();
}

function attributesOf({ compression, timestampType, isTransactional, isControl }: RecordBatch): number {
  return (
    codecOf(compression) |
    (timestampType === 'append' ? APPEND_TIME : 0) |
    (isTransactional ? TRANSACTIONAL : 0) |
    (isControl ? CONTROL : 0)
  );
}

function writeAll(
  { baseOffset, compression, records }: RecordBatch,
  baseTimestampMs: number,
  writer: ByteWriter,
): void {
  if (compression === 'none') {
    for (const record of records) writeRecord(record, baseOffset, baseTimestampMs, writer);
    return;
  }
  const plain = new ByteWriter(1024);
  for (const record of records) writeRecord(record, baseOffset, baseTimestampMs, plain);
  writer.raw(deflate(compression, plain.done()));
}
