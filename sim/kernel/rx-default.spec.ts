/** RxJS without a scheduler of its own: its timers are the globals', so they wait in virtual time. */
import {
  asapScheduler,
  concatMap,
  debounceTime,
  defer,
  delay,
  firstValueFrom,
  interval,
  lastValueFrom,
  map,
  merge,
  type Observable,
  observeOn,
  of,
  retry,
  take,
  throwError,
  timeout,
  timer,
  toArray,
} from 'rxjs';
import { expect, test } from 'vitest';
import { run, tiny } from '../spec-world.ts';
import { EPOCH_MS } from './world.ts';

const atMs = (): number => Date.now() - EPOCH_MS;

/** What a stream inside a run emits, each with its time. */
async function emitted(stream: () => Observable<unknown>): Promise<string[]> {
  const told: string[] = [];
  await run([
    tiny(async () => {
      await lastValueFrom(stream().pipe(map((value) => told.push(`${String(value)} at ${atMs()}`))), {
        defaultValue: 0,
      }).catch((error: Error) => told.push(`${error.name} at ${atMs()}`));
    }),
  ]);
  return told;
}

test('timer and interval', async () => {
  expect(await emitted(() => merge(timer(25), interval(10).pipe(take(3))))).toEqual([
    '0 at 10',
    '1 at 20',
    '0 at 25',
    '2 at 30',
  ]);
});

test('timer at a date, delay, debounceTime', async () => {
  const keys = (): Observable<string> =>
    of({ key: 'a', waitMs: 10 }, { key: 'b', waitMs: 50 }, { key: 'c', waitMs: 400 }).pipe(
      concatMap(({ key, waitMs }) => of(key).pipe(delay(waitMs))),
      debounceTime(100),
    );
  expect(await emitted(keys)).toEqual(['b at 160', 'c at 460']);
  expect(await emitted(() => timer(new Date(EPOCH_MS + 70)))).toEqual(['0 at 70']);
});

test('retry with a delay, and timeout', async () => {
  let tries = 0;
  const flaky = defer(() => (++tries < 3 ? throwError(() => new Error('not yet')) : of('done')));
  expect(await emitted(() => flaky.pipe(retry({ count: 5, delay: 1_000 })))).toEqual(['done at 2000']);
  expect(await emitted(() => interval(500).pipe(timeout(200)))).toEqual(['TimeoutError at 200']);
});

test('what is scheduled as soon as possible runs within the step', async () => {
  const order: string[] = [];
  await run([
    tiny(async () => {
      setTimeout(() => order.push('next step'), 1);
      order.push(String(await firstValueFrom(of(1, 2).pipe(observeOn(asapScheduler), toArray()))));
    }),
  ]);
  expect(order).toEqual(['1,2', 'next step']);
});
