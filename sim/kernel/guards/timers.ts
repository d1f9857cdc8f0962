/** setTimeout, setInterval and their relatives, on the world's heap. A timer dies with the process that set it. */
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Context, currentContext } from '../context.ts';
import { VirtualTimer } from '../timer.ts';
import type { Patch } from './install.ts';
import { contextFor } from './uses.ts';

/** What virtual setTimeout and setInterval return; it has the methods of Node's Timeout. */
class VirtualTimeout {
  readonly #timer: VirtualTimer;

  constructor(context: Context, delayUs: number, repeats: boolean, callback: () => void) {
    this.#timer = new VirtualTimer(context, delayUs, repeats, callback);
  }

  clear(): void {
    this.#timer.cancel();
  }

  refresh(): this {
    this.#timer.restart();
    return this;
  }

  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return true;
  }
  close(): this {
    this.clear();
    return this;
  }
  [Symbol.toPrimitive](): number {
    return -1;
  }
  [Symbol.dispose](): void {
    this.clear();
  }
}

/** Node takes less than 1 ms, more than 2^31 - 1 ms and what is no number as 1 ms. */
function delayUs(delayMs: unknown): number {
  const ms = Number(delayMs);
  return ms >= 1 && ms <= 2_147_483_647 ? Math.floor(ms) * 1000 : 1000;
}

type Callback = (...args: unknown[]) => void;

function set(
  context: Context,
  repeats: boolean,
  callback: Callback,
  delayMs: unknown,
  args: unknown[],
): VirtualTimeout {
  if (typeof callback !== 'function') throw new TypeError('The "callback" argument must be of type function');
  return new VirtualTimeout(context, delayUs(delayMs), repeats, () => callback(...args));
}

/** As timers of Node reject when their signal aborts. */
function aborted(signal: AbortSignal | undefined): Error {
  const error = new Error('The operation was aborted', { cause: signal?.reason });
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
}

function sleep(context: Context, delayMs: unknown, value: unknown, signal: AbortSignal | undefined): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      timer?.clear();
      reject(aborted(signal));
    };
    const timer = signal?.aborted
      ? undefined
      : set(
          context,
          false,
          () => {
            signal?.removeEventListener('abort', abort);
            resolve(value);
          },
          delayMs,
          [],
        );
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

async function* ticks(
  context: Context,
  delayMs: unknown,
  value: unknown,
  signal?: AbortSignal,
): AsyncGenerator<unknown> {
  for (;;) yield await sleep(context, delayMs, value, signal);
}

/** Its process has died or its run is over: what it set comes to nothing. */
function isGone({ actor, world }: Context): boolean {
  return !actor.alive || world.isOver;
}

/** Immediates are real, since a drain waits for them, but those of the dead do not run. */
function immediatePatches(): Patch[] {
  const real = timers.setImmediate;
  const realPromised = timersPromises.setImmediate;
  const promised = async (value?: unknown, o?: { signal?: AbortSignal }): Promise<unknown> => {
    const context = currentContext();
    const answer = await realPromised(value, o);
    return context && isGone(context) ? new Promise(() => {}) : answer;
  };
  const immediate = (callback: Callback, ...args: unknown[]): NodeJS.Immediate => {
    const context = currentContext();
    if (!context || typeof callback !== 'function') return real(callback, ...args);
    return real(() => {
      if (!isGone(context)) callback(...args);
    });
  };
  const value = Object.assign(immediate, { [promisify.custom]: promised });
  return [
    { on: globalThis, name: 'setImmediate', value },
    { on: timers, name: 'setImmediate', value },
    { on: timersPromises, name: 'setImmediate', value: promised },
    { on: timersPromises.scheduler, name: 'yield', value: () => promised() },
  ];
}

export function timerPatches(): Patch[] {
  const real = { ...timers };
  const realPromises = { setTimeout: timersPromises.setTimeout, setInterval: timersPromises.setInterval };
  const realAbort = AbortSignal.timeout.bind(AbortSignal);
  const setOf =
    (name: string, repeats: boolean, otherwise: typeof setTimeout | typeof setInterval) =>
    (callback: Callback, delayMs?: number, ...args: unknown[]) => {
      const context = contextFor('timer', name);
      return context ? set(context, repeats, callback, delayMs, args) : otherwise(callback, delayMs, ...args);
    };
  const clearOf = (otherwise: (timer: never) => void) => (timer: unknown) =>
    timer instanceof VirtualTimeout ? timer.clear() : otherwise(timer as never);
  const promised = (delayMs?: number, value?: unknown, o?: { signal?: AbortSignal }) => {
    const context = contextFor('timer', 'timers/promises.setTimeout');
    return context ? sleep(context, delayMs, value, o?.signal) : realPromises.setTimeout(delayMs, value, o);
  };
  const values = {
    setTimeout: Object.assign(setOf('setTimeout', false, real.setTimeout), { [promisify.custom]: promised }),
    setInterval: setOf('setInterval', true, real.setInterval),
    clearTimeout: clearOf(real.clearTimeout),
    clearInterval: clearOf(real.clearInterval),
  };
  const patches: Patch[] = Object.entries(values).flatMap(([name, value]) => [
    { on: globalThis, name, value },
    { on: timers, name, value },
  ]);
  const every = (delayMs?: number, value?: unknown, o?: { signal?: AbortSignal }) => {
    const context = contextFor('timer', 'timers/promises.setInterval');
    return context ? ticks(context, delayMs, value, o?.signal) : realPromises.setInterval(delayMs, value, o);
  };
  const abortAfter = (delayMs: number): AbortSignal => {
    const context = contextFor('timer', 'AbortSignal.timeout');
    if (!context) return realAbort(delayMs);
    const controller = new AbortController();
    set(
      context,
      false,
      () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
      delayMs,
      [],
    );
    return controller.signal;
  };
  return [
    ...patches,
    ...immediatePatches(),
    { on: timersPromises, name: 'setTimeout', value: promised },
    { on: timersPromises, name: 'setInterval', value: every },
    {
      on: timersPromises.scheduler,
      name: 'wait',
      value: (delayMs: number, o?: { signal?: AbortSignal }) => promised(delayMs, undefined, o),
    },
    { on: AbortSignal, name: 'timeout', value: abortAfter },
  ];
}
