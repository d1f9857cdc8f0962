import fc from 'fast-check';
import { expect, test } from 'vitest';
import { combine, hashText, KeyedRandom } from './random.ts';

test('a draw depends on seed and address alone', () => {
  fc.assert(
    fc.property(fc.integer(), fc.string(), fc.array(fc.string()), (seed, address, others) => {
      const alone = new KeyedRandom(seed).uint32(hashText(address));
      const busy = new KeyedRandom(seed);
      for (const other of others) busy.uint32(hashText(other));
      expect(busy.uint32(hashText(address))).toBe(alone);
    }),
  );
});

test('draws stay in their range and reach both ends', () => {
  const random = new KeyedRandom(7);
  const seen = new Set(Array.from({ length: 1000 }, (_, n) => random.between(n, 3, 6)));
  expect([...seen].toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6]);
});

test('draws are spread evenly over addresses that differ by one', () => {
  const random = new KeyedRandom(1);
  const buckets = Array.from({ length: 16 }, () => 0);
  for (let n = 0; n < 16_000; n++) buckets[random.uint32(n) >>> 28] = (buckets[random.uint32(n) >>> 28] ?? 0) + 1;
  for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(200);
});

test('hashes are the same on every engine, and their combination has an order', () => {
  expect(hashText('2nd delivery of PaymentRequested#p1')).toMatchInlineSnapshot(`1223881472`);
  expect(new KeyedRandom(7).uint32(1)).toMatchInlineSnapshot(`4241121980`);
  expect(combine(1, 2)).not.toBe(combine(2, 1));
});
