/** The kernel as an RxJS scheduler: operators that take one run on virtual time. */
import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';
import { EddyError } from '../errors.ts';
import { type Context, currentContext } from './context.ts';
import { VirtualTimer } from './timer.ts';
import { nowMs } from './world.ts';

/** @throws EddyError EDDY_NO_WORLD when the code that asks runs in no simulation */
export function contextOrThrow(what: string): Context {
  const context = currentContext();
  if (context) return context;
  throw new EddyError(
    'EDDY_NO_WORLD',
    `${what} answers only inside a simulated service: there is no world here whose time it could tell`,
    { what },
  );
}

/** As RxJS's own actions: scheduling one that still waits replaces what it waits for. */
class VirtualAction<T> extends Subscription implements SchedulerAction<T> {
  readonly #work: (this: SchedulerAction<T>, state?: T) => void;
  #timer: VirtualTimer | undefined;

  constructor(work: (this: SchedulerAction<T>, state?: T) => void) {
    super();
    this.#work = work;
  }

  schedule(state?: T, delayMs = 0): Subscription {
    if (this.closed) return this;
    this.#timer?.cancel();
    // RxJS takes an infinite delay for "never".
    if (!Number.isFinite(delayMs)) return Subscription.EMPTY;
    const delayUs = Math.max(0, Math.round(delayMs * 1000));
    this.#timer = new VirtualTimer(contextOrThrow('virtualTime'), delayUs, false, () => this.#work(state));
    return this;
  }

  override unsubscribe(): void {
    this.#timer?.cancel();
    super.unsubscribe();
  }
}

/**
 * RxJS's scheduler on the world's clock, for any operator that takes one: `debounceTime(200, virtualTime)`. Delays are
 * milliseconds, kept to whole microseconds; work due at the same time runs in the order in which it was scheduled. A
 * delay of 0 means a later step of the same instant, not 1 ms as for `setTimeout`. What is scheduled dies with the
 * process that scheduled it.
 *
 * RxJS operators without a scheduler argument (`retry({ delay: 5 })`) go through the global timers, which are virtual
 * inside a run too.
 * @throws EddyError EDDY_NO_WORLD when it is used outside a simulated service
 */
export const virtualTime: SchedulerLike = {
  now: () => nowMs(contextOrThrow('virtualTime').world),
  schedule: <T>(work: (this: SchedulerAction<T>, state: T) => void, delayMs = 0, state?: T): Subscription =>
    new VirtualAction<T>(work as (this: SchedulerAction<T>, state?: T) => void).schedule(state, delayMs),
};
