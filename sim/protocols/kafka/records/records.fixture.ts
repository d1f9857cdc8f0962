/** Records and batches, drawn. */
import fc from 'fast-check';
import { batchOf, type RecordBatch, type WireRecord } from './types.ts';

const TIME_MS = 1_700_000_000_000;

export const bytesArb = fc.option(
  fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
  { nil: null },
);

const contentArb = fc.record({
  key: bytesArb,
  value: bytesArb,
  laterMs: fc.integer({ min: -5_000_000_000, max: 5_000_000_000 }),
  headers: fc.array(fc.record({ key: fc.string({ unit: 'grapheme', maxLength: 8 }), value: bytesArb }), {
    maxLength: 3,
  }),
});

export const recordsArb: fc.Arbitrary<WireRecord[]> = fc
  .record({ base: fc.nat(2_000_000_000_000), contents: fc.array(contentArb, { minLength: 1, maxLength: 8 }) })
  .map(({ base, contents }) =>
    contents.map(({ key, value, laterMs, headers }, n) => ({
      offset: base + n,
      timestampMs: TIME_MS + laterMs,
      key,
      value,
      headers,
    })),
  );

export const batchArb: fc.Arbitrary<RecordBatch> = fc
  .record({
    records: recordsArb,
    compression: fc.constantFrom('none', 'gzip'),
    isTransactional: fc.boolean(),
    partitionLeaderEpoch: fc.integer({ min: -1, max: 100 }),
    producerId: fc.integer({ min: -1, max: 9_007_199_254_740_991 }),
    producerEpoch: fc.integer({ min: -1, max: 32_767 }),
    baseSequence: fc.integer({ min: -1, max: 2_147_483_647 }),
  })
  .map(({ records, ...o }) => batchOf(records, o as Partial<RecordBatch>));
