import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { controlBatch, markerOf } from './control.ts';
import { crc32, crc32c } from './crc.ts';
import { writeMessage } from './message.ts';
import { readProduced } from './produced.ts';
import { batchArb, recordsArb } from './records.fixture.ts';
import { magicOfFetch, type ReadRecords, readRecords, writeRecords } from './records.ts';
import { batchOf, type RecordBatch, type WireRecord } from './types.ts';

const record = (n: number): WireRecord => ({
  offset: n,
  timestampMs: 1000 + n,
  key: Buffer.from(`k${n}`),
  value: Buffer.from(`v${n}`),
  headers: [],
});

const batchesOf = (read: ReadRecords): readonly RecordBatch[] => {
  if ('error' in read) throw new Error(`${read.error}: ${read.says}`);
  return read.batches;
};

const errorOf = (read: ReadRecords): string => ('error' in read ? `${read.error}: ${read.says}` : 'read');

/** With the checksum right again after a change. */
function resealed(batch: Buffer, change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(batch);
  change(bytes);
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
  return bytes;
}

test('checksums of the check string', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe306_9283);
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf4_3926);
});

test('batches come back as they were written, one behind the other', () => {
  fc.assert(
    fc.property(fc.array(batchArb, { maxLength: 4 }), (batches) => {
      expect(batchesOf(readRecords(writeRecords(batches, 2)))).toEqual(batches);
    }),
  );
});

test('a batch keeps its range when its last records are gone', () => {
  const compacted = batchOf([record(5), record(9)], { baseOffset: 4, lastOffset: 12 });
  expect(batchesOf(readRecords(writeRecords([compacted], 2)))).toEqual([compacted]);
});

test('an empty batch that compaction has left is read', () => {
  const empty = batchOf([], { baseOffset: 4, lastOffset: 6, producerId: 1, producerEpoch: 0, baseSequence: 0 });
  expect(batchesOf(readRecords(writeRecords([empty], 2)))).toEqual([empty]);
});

test('times of the append are the same for all records of a batch', () => {
  const appended = batchOf([record(0), record(1)], { timestampType: 'append' });
  const [read] = batchesOf(readRecords(writeRecords([appended], 2)));
  expect(read?.records.map(({ timestampMs }) => timestampMs)).toEqual([1001, 1001]);
});

test.each([0, 1] as const)('messages of magic %i: what the format knows comes back', (magic) => {
  fc.assert(
    fc.property(recordsArb, fc.constantFrom('none' as const, 'gzip' as const), (records, compression) => {
      const [read, another] = batchesOf(readRecords(writeRecords([batchOf(records, { compression })], magic)));
      expect(another).toBeUndefined();
      const known = records.map((each) => ({ ...each, headers: [], ...(magic === 0 && { timestampMs: -1 }) }));
      expect(read).toEqual(batchOf(known, { magic, compression }));
    }),
  );
});

test('in a wrapper of magic 1 messages count from 0, and the wrapper has the offset of the last', () => {
  const bytes = writeRecords([batchOf([record(70), record(71)], { compression: 'gzip' })], 1);
  expect(bytes.readBigInt64BE(0)).toBe(71n);
  expect(batchesOf(readRecords(bytes))[0]?.records.map(({ offset }) => offset)).toEqual([70, 71]);
});

test.each(['none', 'gzip'] as const)('times of the append in magic 1, %s: an attribute says so', (compression) => {
  const appended = batchOf([record(0), { ...record(1), timestampMs: 1000 }], { compression, timestampType: 'append' });
  const bytes = writeRecords([appended], 1);
  expect(bytes.readInt8(17)).toBe(compression === 'gzip' ? 0x09 : 0x08);
  const [read] = batchesOf(readRecords(bytes));
  expect(read?.timestampType).toBe('append');
  expect(read?.records.map(({ timestampMs }) => timestampMs)).toEqual([1000, 1000]);
});

test('markers say how a transaction ended, and old formats do not know them', () => {
  const at = {
    offset: 7,
    timestampMs: 5,
    producerId: 3,
    producerEpoch: 1,
    coordinatorEpoch: 4,
    partitionLeaderEpoch: 2,
  };
  for (const type of ['commit', 'abort'] as const) {
    const [read] = batchesOf(readRecords(writeRecords([controlBatch({ ...at, type })], 2))) as [RecordBatch];
    expect(markerOf(read)).toBe(type);
    expect(read).toMatchObject({ isControl: true, isTransactional: true, producerId: 3, baseOffset: 7, lastOffset: 7 });
    expect(read.records[0]?.value?.toString('hex')).toBe('000000000004');
  }
  const both = [batchOf([record(6)]), controlBatch({ ...at, type: 'commit' })];
  const old = batchesOf(readRecords(writeRecords(both, 1)));
  expect(old.flatMap(({ records }) => records.map(({ offset }) => offset))).toEqual([6]);
  expect(markerOf(both[0] as RecordBatch)).toBeUndefined();
});

test('the format of a Fetch response follows from its version', () => {
  expect([0, 1, 2, 3, 4, 11].map(magicOfFetch)).toEqual([0, 0, 1, 1, 2, 2]);
});

const sealed = writeRecords([batchOf([record(0), record(1)])], 2);
const old = writeRecords([batchOf([record(0)])], 1);

test.each<[what: string, bytes: Buffer, error: RegExp]>([
  ['cut in its header', sealed.subarray(0, 40), /CORRUPT_MESSAGE/],
  ['cut before its size', sealed.subarray(0, 11), /CORRUPT_MESSAGE: 11 bytes are left/],
  ['cut at its end', sealed.subarray(0, -1), /CORRUPT_MESSAGE: a batch is said to be/],
  ['cut behind another', Buffer.concat([sealed, sealed.subarray(0, -1)]), /CORRUPT_MESSAGE: a batch is said to be/],
  ['a size cut behind another', Buffer.concat([sealed, sealed.subarray(0, 11)]), /CORRUPT_MESSAGE: 11 bytes are left/],
  ['a size below any batch', Buffer.alloc(40), /CORRUPT_MESSAGE: a batch is said to be 0/],
  ['a changed byte', Buffer.concat([sealed.subarray(0, -1), Buffer.of(0x55)]), /CORRUPT_MESSAGE: the checksum/],
  ['a changed byte of a message', Buffer.concat([old.subarray(0, -1), Buffer.of(0x55)]), /CORRUPT_MESSAGE: the check/],
  ['snappy', resealed(sealed, (b) => b.writeInt16BE(2, 21)), /UNSUPPORTED_COMPRESSION_TYPE: snappy/],
  ['lz4', resealed(sealed, (b) => b.writeInt16BE(3, 21)), /UNSUPPORTED_COMPRESSION_TYPE: lz4/],
  ['zstd', resealed(sealed, (b) => b.writeInt16BE(4, 21)), /UNSUPPORTED_COMPRESSION_TYPE: zstd/],
  ['no codec', resealed(sealed, (b) => b.writeInt16BE(7, 21)), /CORRUPT_MESSAGE: there is no compression codec 7/],
  ['no gzip', resealed(sealed, (b) => b.writeInt16BE(1, 21)), /CORRUPT_MESSAGE: what is said to be gzip/],
  ['too few records', resealed(sealed, (b) => b.writeInt32BE(1, 57)), /INVALID_RECORD: \d+ bytes follow/],
  ['too many records', resealed(sealed, (b) => b.writeInt32BE(0x7fff_ffff, 57)), /INVALID_RECORD/],
  ['a negative count', resealed(sealed, (b) => b.writeInt32BE(-1, 57)), /INVALID_RECORD/],
  ['a format to come', resealed(sealed, (b) => b.writeInt8(3, 16)), /CORRUPT_MESSAGE: there is no format of magic 3/],
])('records are refused for %s', (_, bytes, error) => {
  expect(errorOf(readRecords(bytes))).toMatch(error);
});

const message = { magic: 1, offset: 0, attributes: 0, timestampMs: 0, key: null, value: null } as const;
const wrapper = (inner: Buffer): Buffer => writeMessage({ ...message, attributes: 1, value: gzipSync(inner) });

test.each<[what: string, bytes: Buffer, error: RegExp]>([
  ['a wrapper without a value', writeMessage({ ...message, attributes: 1 }), /INVALID_RECORD: .* no value/],
  ['an empty wrapper', wrapper(Buffer.alloc(0)), /INVALID_RECORD: .* holds no messages/],
  ['a wrapper in a wrapper', wrapper(wrapper(writeMessage(message))), /INVALID_RECORD: .* compressed again/],
  ['another format inside', wrapper(writeMessage({ ...message, magic: 0 })), /INVALID_RECORD: .* another format/],
])('messages are refused for %s', (_, bytes, error) => {
  expect(errorOf(readRecords(bytes))).toMatch(error);
});

const idempotent = { producerId: 1, producerEpoch: 0, baseSequence: 0 };
const at = { offset: 0, timestampMs: 0, producerId: 1, producerEpoch: 0, coordinatorEpoch: 0, partitionLeaderEpoch: 0 };

test.each<[version: number, what: string, bytes: Buffer | null, told: RegExp]>([
  [3, 'one batch', sealed, /^read$/],
  [3, 'a batch that counts from 5', writeRecords([batchOf([record(5), record(6)])], 2), /^read$/],
  [3, 'no records', null, /INVALID_RECORD: .* exactly one/],
  [3, 'two batches', Buffer.concat([sealed, sealed]), /INVALID_RECORD: .* exactly one/],
  [3, 'messages', old, /INVALID_RECORD: .* magic 2 alone/],
  [2, 'messages', old, /^read$/],
  [2, 'a batch', sealed, /INVALID_RECORD: .* no record batches/],
  [2, 'nothing', Buffer.alloc(0), /INVALID_RECORD: there are no messages/],
  [2, 'two formats', Buffer.concat([old, writeMessage({ ...message, magic: 0 })]), /INVALID_RECORD: .* two formats/],
  [7, 'a marker', writeRecords([controlBatch({ ...at, type: 'commit' })], 2), /INVALID_RECORD: .* control records/],
  [7, 'an empty batch', writeRecords([batchOf([])], 2), /INVALID_RECORD: .* empty/],
  [7, 'a gap', writeRecords([batchOf([record(0), record(2)])], 2), /INVALID_RECORD: .* do not count/],
  [
    7,
    'a range too wide',
    writeRecords([batchOf([record(0)], { lastOffset: 4 })], 2),
    /INVALID_RECORD: .* do not count/,
  ],
  [7, 'a sequence', writeRecords([batchOf([record(0)], idempotent)], 2), /^read$/],
  [
    7,
    'none',
    writeRecords([batchOf([record(0)], { ...idempotent, baseSequence: -1 })], 2),
    /INVALID_RECORD: .*sequence/,
  ],
])('Produce v%i with %s', (version, _, bytes, told) => {
  expect(errorOf(readProduced(version, bytes))).toMatch(told);
});

test('arbitrary bytes are read or refused, and so is what differs in a byte', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(errorOf(readRecords(Buffer.from(bytes)))).toMatch(/read|CORRUPT_MESSAGE|INVALID_RECORD|UNSUPPORTED/);
    }),
  );
  fc.assert(
    fc.property(batchArb, fc.constantFrom(0, 1, 2), fc.nat(), fc.nat(255), (batch, magic, place, byte) => {
      const bytes = writeRecords([batch], magic as 0 | 1 | 2);
      bytes[place % bytes.length] = byte;
      const seal = magic === 2 && bytes.length > 21 ? resealed(bytes, () => {}) : bytes;
      expect(errorOf(readRecords(seal))).toMatch(/read|CORRUPT_MESSAGE|INVALID_RECORD|UNSUPPORTED/);
    }),
    { numRuns: 500 },
  );
});

test('what swells beyond all measure is refused', () => {
  const bomb = gzipSync(Buffer.alloc(120_000_000));
  expect(errorOf(readRecords(writeMessage({ ...message, attributes: 1, value: bomb })))).toMatch(/CORRUPT_MESSAGE/);
});
