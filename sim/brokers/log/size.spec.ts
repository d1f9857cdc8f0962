import fc from 'fast-check';
import { expect, test } from 'vitest';
import { envelope } from './bench.fixture.ts';
import { isLargerThan, sizeOf } from './size.ts';

/** Of one to four bytes each. */
const text = fc.string({ unit: fc.constantFrom('a', 'é', '€', '𝄞'), maxLength: 8 });
const bytes = fc.option(fc.uint8Array({ maxLength: 8 }), { nil: null });
const sized = fc.oneof(
  fc.record({ key: text, value: text }).map(({ key, value }) => ({
    bytes: Buffer.byteLength(key) + Buffer.byteLength(value),
    record: { key, envelope: { ...envelope('m'), text: value } },
  })),
  text.map((value) => ({ bytes: Buffer.byteLength(value), record: { envelope: { ...envelope('m'), text: value } } })),
  fc.record({ key: bytes, value: bytes }).map((raw) => ({
    bytes: (raw.key?.length ?? 0) + (raw.value?.length ?? 0),
    record: { key: 'not this', envelope: envelope('nor this'), raw: { ...raw, headers: [] } },
  })),
);

test('a record is as large as its key and value in UTF-8, or as the bytes that a client sent', () => {
  fc.assert(
    fc.property(sized, ({ bytes, record }) => {
      expect(sizeOf(record as never)).toBe(bytes);
    }),
  );
});

test('a batch is larger than a limit when all its records together are', () => {
  fc.assert(
    fc.property(fc.array(sized, { maxLength: 4 }), fc.integer({ min: -2, max: 2 }), (batch, beside) => {
      const size = batch.reduce((sum, { bytes }) => sum + bytes, 0);
      const most = Math.max(0, size + beside);
      const records = batch.map(({ record }) => record as never);
      expect(isLargerThan(records, most)).toBe(size > most);
    }),
  );
});

test('characters of three bytes are counted as such', () => {
  const records = [{ envelope: { ...envelope('m'), text: '€€€' } }];
  expect([8, 9].map((most) => isLargerThan(records, most))).toEqual([true, false]);
});
