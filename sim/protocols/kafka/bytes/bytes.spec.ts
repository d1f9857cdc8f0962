import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Malformed } from './malformed.ts';
import { ByteReader } from './reader.ts';
import { ByteWriter } from './writer.ts';

const written = (write: (writer: ByteWriter) => void): Buffer => {
  const writer = new ByteWriter(1);
  write(writer);
  return writer.done();
};

const reading = (hex: string): ByteReader => new ByteReader(Buffer.from(hex, 'hex'));

test('int64 as Node writes bigints', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      const expected = Buffer.alloc(8);
      expected.writeBigInt64BE(BigInt(value));
      const bytes = written((writer) => writer.int64(value));
      expect(bytes).toEqual(expected);
      expect(new ByteReader(bytes).int64()).toBe(value);
    }),
  );
});

test('int64 beyond what a double holds is rounded, and its ends stay what they are', () => {
  for (const end of ['7fffffffffffffff', '8000000000000000']) {
    const value = reading(end).int64();
    expect(Math.abs(value)).toBe(0x8000_0000 * 0x1_0000_0000);
    expect(written((writer) => writer.int64(value)).toString('hex')).toBe(end);
  }
  expect(reading('0020000000000001').int64()).toBe(0x20_0000 * 0x1_0000_0000);
});

test.each([
  [0, '00'],
  [-1, '01'],
  [1, '02'],
  [63, '7e'],
  [-64, '7f'],
  [64, '8001'],
  [2_147_483_647, 'feffffff0f'],
  [-2_147_483_648, 'ffffffff0f'],
])('%i as varint and varlong is %s', (value, hex) => {
  expect(written((writer) => writer.varint(value)).toString('hex')).toBe(hex);
  expect(written((writer) => writer.varlong(value)).toString('hex')).toBe(hex);
  expect(reading(hex).varint()).toBe(value);
  expect(reading(hex).varlong()).toBe(value);
});

test('varints and varlongs come back', () => {
  fc.assert(
    fc.property(fc.integer(), fc.maxSafeInteger(), fc.nat(0xffff_ffff), (int, long, unsigned) => {
      const reader = new ByteReader(
        written((writer) => (writer.varint(int), writer.varlong(long), writer.unsignedVarint(unsigned))),
      );
      expect([reader.varint(), reader.varlong(), reader.unsignedVarint(), reader.left]).toEqual([
        int,
        long,
        unsigned,
        0,
      ]);
    }),
  );
});

test.each<[what: string, hex: string, read: (reader: ByteReader) => unknown]>([
  ['a varint of six bytes', 'ffffffffff01', (reader) => reader.unsignedVarint()],
  ['a varint of 33 bits', 'ffffffff1f', (reader) => reader.unsignedVarint()],
  ['a varlong of eleven bytes', 'ffffffffffffffffffff01', (reader) => reader.varlong()],
  ['a varint that is cut', 'ff', (reader) => reader.varint()],
  ['a short int64', '00000000000000', (reader) => reader.int64()],
  ['a negative length', '00', (reader) => reader.take(-1)],
  ['a length beyond the end', '00', (reader) => reader.text(2)],
])('%s is malformed', (_, hex, read) => {
  expect(() => read(reading(hex))).toThrow(Malformed);
});
