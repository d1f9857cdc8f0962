import fc from 'fast-check';
import { expect, test } from 'vitest';
import { takeTurns } from './turns.ts';

/** Works that end when they are told to, in any order. */
function works() {
  const ends = new Map<number, () => void>();
  const begun: number[] = [];
  return {
    begun,
    ends,
    work: (one: string, n: number) =>
      new Promise<string>((resolve) => {
        begun.push(n);
        ends.set(n, () => {
          ends.delete(n);
          resolve(one.toUpperCase());
        });
      }),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('each is handed out in order, never more than so many at work, whichever ends first', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string()),
      fc.integer({ min: 1, max: 5 }),
      fc.infiniteStream(fc.nat()),
      async (list, width, picks) => {
        const { begun, ends, work } = works();
        const told: (readonly [number, string])[] = [];
        let most = 0;
        const all = (async () => {
          for await (const each of takeTurns(list, width, work)) told.push(each);
        })();
        for (await turn(); ends.size > 0; await turn()) {
          most = Math.max(most, ends.size);
          const open = [...ends.values()];
          open[(picks.next().value as number) % open.length]?.();
        }
        await all;
        expect(told).toEqual(list.map((one, n) => [n, one.toUpperCase()]));
        expect(begun).toEqual(list.map((_, n) => n));
        expect(most).toBe(Math.min(width, list.length));
      },
    ),
  );
});

test('nothing is begun once nobody asks for more', async () => {
  const { begun, ends, work } = works();
  const all = (async () => {
    for await (const [n] of takeTurns(['a', 'b', 'c'], 1, work)) if (n === 0) break;
  })();
  await turn();
  ends.get(0)?.();
  await all;
  await turn();
  expect(begun).toEqual([0]);
});

test('what one throws is thrown in its turn', async () => {
  const told: number[] = [];
  const all = (async () => {
    const work = (n: number) => (n === 2 ? Promise.reject(new Error('no')) : Promise.resolve(n));
    for await (const [n] of takeTurns([1, 2, 3], 3, work)) told.push(n);
  })();
  await expect(all).rejects.toThrow('no');
  expect(told).toEqual([0]);
});
