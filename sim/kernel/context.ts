/**
 * Attribution: which moment a piece of user code works for. Node's AsyncLocalStorage carries it through awaits,
 * promises and mutexes; a delivery's own methods carry it explicitly.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { MomentRef } from '../faults/fault.ts';
import type { PlannedFault } from '../faults/book.ts';
import type { World } from './world.ts';

/** What operations belong to: a delivery, a send, a start of a service, or the work that it does on its own. */
export interface Moment {
  readonly ref: MomentRef;
  /** As fault sentences print it: `2nd delivery of PaymentRequested#p1 to billing`. */
  readonly printed: string;
  readonly hash: number;
  /** Lineage of the message at hand; for `send` the key of the item; for a service its name. */
  readonly lineage: string;
  /** What the plan has for this moment. */
  readonly faults: readonly PlannedFault[];
  /** The broker that it came from. */
  readonly broker: string | undefined;
  readonly counts: Map<string, number>;
  /** The entries that what happens next is caused by. */
  causes: readonly number[];
  /** Whether somebody still waits for its end. */
  open: boolean;
  /** What it is waiting for, named if it never ends. */
  waitsFor: string | undefined;
  /** Calls on ports without an answer, and timers that will fire once, of the code that works for it. */
  pending: number;
  /** Somebody who is told when something of it begins to be under way, and when nothing is any more. */
  watcher: MomentWatcher | undefined;
}

export interface MomentWatcher {
  busy(): void;
  /** Code that goes on in this step may begin something new. */
  idle(): void;
}

/** Something that the moment's code waits for has begun. */
export function begun(moment: Moment): void {
  if (moment.pending++ === 0) moment.watcher?.busy();
}

/** It is over. */
export function over(moment: Moment): void {
  if (--moment.pending === 0) moment.watcher?.idle();
}

/** The part of a process that the kernel knows. */
export interface Actor {
  readonly label: string;
  readonly alive: boolean;
  readonly pausedUntilUs: number;
  /** How often its code was entered, other than in turns that are routine (chain.ts). */
  entered: number;
  /** Its code reads the wall clock, which is off by so many microseconds. */
  readClock(moment: Moment): number;
  /** Things to call when the process dies; each returns nothing and may not throw. */
  readonly closers: Set<() => void>;
  /** The process dies as Node does on an error that nobody handles. */
  fail(error: unknown): void;
  /** Its code has called `process.exit`. */
  exit(code: string): void;
}

export interface Context {
  readonly world: World;
  readonly actor: Actor;
  readonly moment: Moment;
}

const storage = new AsyncLocalStorage<Context>();

/** The context of the code that asks, if it runs inside a world. */
export function currentContext(): Context | undefined {
  return storage.getStore();
}

/** Runs code in a context; what it starts and awaits stays in it. */
export function runIn<T>(context: Context, work: () => T): T {
  return storage.run(context, work);
}

/**
 * A function that user code hands to the simulator, which calls it on steps of its own: there too it is to see virtual
 * time and the run's randomness.
 */
export function bound<A extends unknown[], R>(context: Context, call: (...args: A) => R): (...args: A) => R {
  return (...args) => (storage.getStore() === context ? call(...args) : storage.run(context, () => call(...args)));
}

/**
 * The rest of the running code belongs to this context from here on: taking up a message means to work for it, though
 * the code that hands it over (a queue of promises, `concatMap`) ran for another.
 */
export function takeUp(context: Context): void {
  // Whoever looks at a delivery when the run is over does not go back into it.
  if (storage.getStore() !== context && !context.world.isOver) storage.enterWith(context);
}
