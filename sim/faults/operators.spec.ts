import fc from 'fast-check';
import { concat, from, map, merge, NEVER, type Observable, of, throwError, timer, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { virtualTime } from '../kernel/rx-scheduler.ts';
import { inWorlds } from '../simulate.ts';
import { runIn, tiny } from '../spec-world.ts';
import { delayBy, drop, duplicate, outage } from './operators.ts';

type Seen = readonly [ms: number, what: unknown];

/** What comes out of a pipe in a run, with its time in ms since the run began. */
async function heard<T>(make: () => Observable<T>, seed = 1): Promise<Seen[]> {
  const seen: Seen[] = [];
  let begunMs = Number.NaN;
  await runIn(
    [
      tiny(() => {
        begunMs = virtualTime.now();
        const see = (what: unknown): void => void seen.push([virtualTime.now() - begunMs, what]);
        make().subscribe({ next: see, error: () => see('error'), complete: () => see('end') });
      }),
    ],
    { seed },
  );
  return seen;
}

/** Each number at its own time in ms. */
function atTimes(times: readonly number[]): Observable<number> {
  return merge(...times.map((ms) => timer(ms, virtualTime).pipe(map(() => ms))), NEVER);
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1);
const values = (seen: readonly Seen[]): unknown[] => seen.map(([, what]) => what);

test('every n-th value is dropped or doubled, and the stream ends', async () => {
  await inWorlds(() =>
    fc.assert(
      fc.asyncProperty(fc.nat(12), fc.integer({ min: 1, max: 5 }), async (count, every) => {
        const all = numbers(count);
        const dropped = await heard(() => from(all).pipe(drop({ every })));
        expect(values(dropped)).toEqual([...all.filter((n) => n % every !== 0), 'end']);
        const doubled = await heard(() => from(all).pipe(duplicate({ every, afterMs: 5 })));
        const copies = all.filter((n) => n % every === 0);
        expect(values(doubled)).toEqual([...all, ...copies, 'end']);
        expect(doubled.slice(all.length, -1).every(([ms]) => ms === 5)).toBe(true);
      }),
      { numRuns: 60 },
    ),
  );
});

test('draws depend on seed, name and number of the value alone', async () => {
  const of60 = (seed: number, name: string, other: boolean): Promise<unknown[]> =>
    heard(() => {
      if (other)
        from(numbers(50))
          .pipe(drop({ name: 'other', p: 0.5 }))
          .subscribe();
      return from(numbers(60)).pipe(drop({ name, p: 0.5 }), toArray());
    }, seed).then((seen) => values(seen));
  await inWorlds(async () => {
    const plain = await of60(7, 'a', false);
    expect(await of60(7, 'a', true)).toEqual(plain);
    expect(await of60(8, 'a', false)).not.toEqual(plain);
    expect(await of60(7, 'b', false)).not.toEqual(plain);
  });
});

test('p is how often it strikes', async () => {
  await inWorlds(async () => {
    for (const [p, least, most] of [
      [0, 2000, 2000],
      [0.1, 1700, 1900],
      [1, 0, 0],
    ] as const) {
      const [kept] = await heard(() => from(numbers(2000)).pipe(drop({ name: 'lossy', p }), toArray()));
      const { length } = (kept as Seen)[1] as unknown[];
      expect(length).toBeGreaterThanOrEqual(least);
      expect(length).toBeLessThanOrEqual(most);
    }
  });
});

test('a delay moves each value by the same time', async () => {
  await inWorlds(async () => {
    expect(await heard(() => concat(timer(10, virtualTime), of(1)).pipe(delayBy(250)))).toEqual([
      [260, 0],
      [260, 1],
      [260, 'end'],
    ]);
  });
});

test('an outage holds values back to its end, in order, and loses none', async () => {
  const times = fc.array(fc.nat(60), { maxLength: 12 });
  await inWorlds(() =>
    fc.assert(
      fc.asyncProperty(times, fc.nat(60), fc.nat(40), async (given, fromMs, lengthMs) => {
        const toMs = fromMs + lengthMs;
        const sorted = given.toSorted((a, b) => a - b);
        const seen = await heard(() => atTimes(sorted).pipe(outage({ fromMs, toMs })));
        expect(values(seen)).toEqual(sorted);
        expect(seen.map(([ms]) => ms)).toEqual(sorted.map((ms) => (ms >= fromMs && ms < toMs ? toMs : ms)));
      }),
      { numRuns: 100 },
    ),
  );
});

test('an outage holds back the end and the error too', async () => {
  await inWorlds(async () => {
    const out = outage<number>({ fromMs: 0, toMs: 30 });
    expect(await heard(() => of(1).pipe(out))).toEqual([
      [30, 1],
      [30, 'end'],
    ]);
    const fails = throwError(() => new Error('down'));
    expect(await heard(() => concat(of(1), fails).pipe(out))).toEqual([
      [30, 1],
      [30, 'error'],
    ]);
    expect(await heard(() => NEVER.pipe(out))).toEqual([]);
  });
});

test('outside a world, what needs draws or time fails with its sentence; counting works', () => {
  const failed: unknown[] = [];
  for (const operator of [
    drop<number>({ name: 'x', p: 0.5 }),
    delayBy<number>(5),
    outage<number>({ fromMs: 0, toMs: 1 }),
  ]) {
    of(1)
      .pipe(operator)
      .subscribe({ error: (error: unknown) => failed.push(error) });
  }
  expect(failed).toHaveLength(3);
  for (const error of failed) expect(error).toMatchObject({ code: 'EDDY_NO_WORLD' });
  const kept: number[] = [];
  of(1, 2, 3)
    .pipe(drop({ every: 2 }))
    .subscribe((n) => kept.push(n));
  expect(kept).toEqual([1, 3]);
});
