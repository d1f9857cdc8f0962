/**
 * Faults on a stream, as RxJS operators for users' own pipes. What they do depends on the seed, the operator's name and the
 * count of values in its subscription, never on anything else that happens; time is the world's.
 */
import {
  concatMap,
  delay,
  dematerialize,
  filter,
  materialize,
  merge,
  mergeMap,
  type MonoTypeOperatorFunction,
  of,
} from 'rxjs';
import { combine, hashText } from '../kernel/random.ts';
import { contextOrThrow, virtualTime } from '../kernel/rx-scheduler.ts';

/**
 * Which values are struck: each with probability `p`, drawn by the operator's `name` and the value's number, or every n-th
 * value (the first one struck is the n-th).
 */
export type Strikes = { readonly name: string; readonly p: number } | { readonly every: number };

/** Whether the n-th value (from 1) is struck. */
function striker(strikes: Strikes): (nth: number) => boolean {
  if ('every' in strikes) return (nth) => nth % strikes.every === 0;
  const address = hashText(`operator ${strikes.name}`);
  return (nth) => contextOrThrow('A draw of a fault operator').world.random.unit(combine(address, nth)) < strikes.p;
}

/**
 * Loses the values that it strikes: `source.pipe(drop({ name: 'lossy', p: 0.1 }))`.
 * The stream fails with EDDY_NO_WORLD where a draw is asked for outside a simulated service.
 */
export function drop<T>(strikes: Strikes): MonoTypeOperatorFunction<T> {
  const isStruck = striker(strikes);
  return filter<T>((_, index) => !isStruck(index + 1));
}

/**
 * Emits the values that it strikes twice; the copy comes `afterMs` milliseconds of virtual time later (default 0: on a
 * later step of the same instant), behind what came meanwhile. The stream ends when its last copy has come.
 */
export function duplicate<T>(strikes: Strikes & { readonly afterMs?: number }): MonoTypeOperatorFunction<T> {
  const isStruck = striker(strikes);
  return mergeMap((value: T, index) =>
    isStruck(index + 1) ? merge(of(value), of(value).pipe(delay(strikes.afterMs ?? 0, virtualTime))) : of(value),
  );
}

/** Hands each value on `ms` milliseconds of virtual time later, and the end with the last value; an error goes on at once. */
export function delayBy<T>(ms: number): MonoTypeOperatorFunction<T> {
  return delay(ms, virtualTime);
}

/**
 * Nothing comes through from `fromMs` up to `toMs`, in milliseconds since the run began: values, end and error are held back
 * in silence, and let through at `toMs` in their order. Nothing is lost, and nothing says that there was an outage.
 */
export function outage<T>({ fromMs, toMs }: { fromMs: number; toMs: number }): MonoTypeOperatorFunction<T> {
  return (source) =>
    source.pipe(
      materialize(),
      concatMap((notification) => {
        const nowMs = contextOrThrow('outage').world.nowUs / 1000;
        const isOut = nowMs >= fromMs && nowMs < toMs;
        return isOut ? of(notification).pipe(delay(toMs - nowMs, virtualTime)) : of(notification);
      }),
      dematerialize(),
    );
}
