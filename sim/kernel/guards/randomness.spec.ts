/** Draws inside a run: what they fill, and how far they reach. */
import crypto, { randomBytes, randomFillSync, randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { run, tiny } from '../../spec-world.ts';

async function inside<T>(work: () => T): Promise<T> {
  const given: T[] = [];
  await run([tiny(() => void given.push(work()))]);
  return given[0] as T;
}

/** Where a byte was drawn, over so many fills that a zero is no accident. */
function touched(length: number, fill: (bytes: Uint8Array) => void): number[] {
  const seen = new Set<number>();
  for (let n = 0; n < 20; n++) {
    const bytes = new Uint8Array(length);
    fill(bytes);
    bytes.forEach((byte, at) => byte !== 0 && seen.add(at));
  }
  return [...seen].toSorted((a, b) => a - b);
}

test('bytes are drawn in the place that is meant, to the last one', async () => {
  const places = await inside(() => [
    touched(7, (bytes) => randomFillSync(bytes)),
    touched(7, (bytes) => randomFillSync(bytes, 2)),
    touched(7, (bytes) => randomFillSync(bytes, 2, 3)),
    touched(8, (bytes) => randomFillSync(new Uint16Array(bytes.buffer), 1, 2)),
    touched(8, (bytes) => randomFillSync(new DataView(bytes.buffer, 1, 6), 1, 4)),
    touched(6, (bytes) => randomFillSync(bytes.buffer as never, 1)),
    touched(6, (bytes) => crypto.getRandomValues(bytes.subarray(1, 4))),
    touched(5, (bytes) => bytes.set(randomBytes(5))),
  ]);
  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n);
  expect(places).toEqual([
    range(0, 7),
    range(2, 7),
    range(2, 5),
    range(2, 6),
    range(2, 6),
    range(1, 6),
    range(1, 4),
    range(0, 5),
  ]);
});

test('what is filled is what is given back', async () => {
  const bytes = new Uint8Array(4);
  expect(await inside(() => [randomFillSync(bytes) === bytes, crypto.getRandomValues(bytes) === bytes])).toEqual([
    true,
    true,
  ]);
});

test('numbers come from all of their range, and from nowhere else', async () => {
  const [ints, upTo, units, bytes] = await inside(() => {
    const draws = <T>(draw: () => T): T[] => Array.from({ length: 400 }, draw);
    return [
      draws(() => randomInt(3, 6)),
      draws(() => randomInt(2)),
      draws(Math.random),
      [...randomBytes(4000)],
    ] as const;
  });
  const values = (of: readonly number[]): number[] => [...new Set(of)].toSorted((a, b) => a - b);
  expect([values(ints), values(upTo)]).toEqual([
    [3, 4, 5],
    [0, 1],
  ]);
  expect([Math.min(...units) < 0.02, Math.max(...units) > 0.98, Math.max(...units) < 1]).toEqual([true, true, true]);
  expect(new Set(bytes).size).toBe(256);
});

test('the fixed bits of a UUID are fixed, all others are drawn', async () => {
  const hex = await inside(() => Array.from({ length: 200 }, () => crypto.randomUUID().replaceAll('-', '')));
  const digits = Array.from({ length: 32 }, (_, at) => new Set(hex.map((each) => each[at])).size);
  expect(digits).toEqual(Array.from({ length: 32 }, (_, at) => (at === 12 ? 1 : at === 16 ? 4 : 16)));
});

test('what is filled behind the running code is what its Sync form fills, and called back within the step', async () => {
  const filledBy = (fill: (bytes: Uint8Array, done: () => void) => void): Promise<Uint8Array> =>
    new Promise((resolve) => {
      const bytes = new Uint8Array(8);
      fill(bytes, () => resolve(bytes));
    });
  const later = await inside(() => filledBy((bytes, done) => void crypto.randomFill(bytes, 2, 5, done)));
  const sync = await inside(() =>
    filledBy((bytes, done) => {
      randomFillSync(bytes, 2, 5);
      done();
    }),
  );
  expect([(await later).length, await later]).toEqual([8, await sync]);
});
