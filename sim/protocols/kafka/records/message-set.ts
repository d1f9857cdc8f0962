/**
 * Messages as batches, and back. A compressed wrapper is a message whose value holds messages; in magic 1 they count
 * offsets from 0 and the wrapper has the last one's. Source: Kafka documentation, "Old Message Format", KIP-31.
 */
import { codecOf, compressionOf, deflate, inflate } from './compression.ts';
import { type Message, readMessage, writeMessage } from './message.ts';
import { splitEntries } from './split.ts';
import { batchOf, type RecordBatch, type WireRecord } from './types.ts';
import { Unreadable } from './unreadable.ts';

const APPEND_TIME = 0x08;

/** @throws Unreadable, Malformed */
export function readMessageBatch(bytes: Buffer): RecordBatch {
  const outer = readMessage(bytes);
  const compression = compressionOf(outer.attributes);
  const messages = compression === 'none' ? [outer] : readInner(outer, inflate(compression, wrapped(outer)));
  const timestampType = outer.magic === 1 && (outer.attributes & APPEND_TIME) !== 0 ? 'append' : 'create';
  const records = messages.map(
    ({ offset, timestampMs, key, value }): WireRecord => ({
      offset,
      timestampMs: timestampType === 'append' ? outer.timestampMs : timestampMs,
      key,
      value,
      headers: [],
    }),
  );
  return batchOf(records, { magic: outer.magic, compression, timestampType });
}

function wrapped({ value }: Message): Buffer {
  if (value) return value;
  throw new Unreadable('INVALID_RECORD', 'a compressed message has no value');
}

function readInner(outer: Message, bytes: Buffer): Message[] {
  const inner = splitEntries(bytes).map(readMessage);
  const last = inner.at(-1);
  if (!last) throw new Unreadable('INVALID_RECORD', 'a compressed message holds no messages');
  for (const { magic, attributes } of inner) {
    if (magic !== outer.magic) throw new Unreadable('INVALID_RECORD', 'a compressed message holds another format');
    if (compressionOf(attributes) !== 'none')
      throw new Unreadable('INVALID_RECORD', 'messages in a compressed message are compressed again');
  }
  // What a producer sends has no offsets yet; then the wrapper says 0, or is below its last message.
  const base = outer.magic === 1 && outer.offset >= last.offset ? outer.offset - last.offset : 0;
  return inner.map((message) => ({ ...message, offset: base + message.offset }));
}

export function writeMessages(batch: RecordBatch, magic: 0 | 1): Buffer {
  if (batch.records.length === 0) return Buffer.alloc(0);
  const time = magic === 1 && batch.timestampType === 'append' ? APPEND_TIME : 0;
  const messageOf = ({ offset, timestampMs, key, value }: WireRecord): Message => {
    return { magic, offset, attributes: time, timestampMs, key, value };
  };
  if (batch.compression === 'none')
    return Buffer.concat(batch.records.map((record) => writeMessage(messageOf(record))));
  const [first, last] = [batch.records[0] as WireRecord, batch.records.at(-1) as WireRecord];
  const base = magic === 1 ? first.offset : 0;
  const inner = batch.records.map((record) => writeMessage({ ...messageOf(record), offset: record.offset - base }));
  const latestMs = batch.records.reduce((latest, { timestampMs }) => Math.max(latest, timestampMs), -1);
  return writeMessage({
    magic,
    offset: last.offset,
    attributes: codecOf(batch.compression) | time,
    timestampMs: latestMs,
    key: null,
    value: deflate(batch.compression, Buffer.concat(inner)),
  });
}
