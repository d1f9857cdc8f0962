/** The kernel beside RxJS' virtual time and beside a bare heap, and what an event costs as more of them are pending. */
import { VirtualTimeScheduler } from 'rxjs';
import { History } from '../../sim/history/history.ts';
import { World } from '../../sim/kernel/world.ts';
import { BinaryHeap } from './binary-heap.ts';
import { cpuUsOf, type Row } from './row.ts';

const TIMERS = 10_000;
const EVENTS = 300_000;
const LONGEST_US = 1_000_000;
const UNBOUND = { steps: Infinity, entries: Infinity, virtualUs: Infinity };

const nothing = (): void => {};

/** The same numbers for whoever is measured (a linear congruential generator). */
function delays(): () => number {
  let state = 12_345;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % LONGEST_US;
  };
}

function newWorld(): World {
  return new World(1, new History(), UNBOUND);
}

async function prefilled(): Promise<number> {
  const ours = await cpuUsOf(() => {
    const world = newWorld();
    const next = delays();
    for (let n = 0; n < TIMERS; n++) world.spawn(next(), nothing);
    return world.run();
  });
  const theirs = await cpuUsOf(() => {
    const scheduler = new VirtualTimeScheduler();
    const next = delays();
    for (let n = 0; n < TIMERS; n++) scheduler.schedule(nothing, next());
    scheduler.flush();
  });
  return theirs / ours;
}

/** The hold model: so many are pending, and each that is taken sets another. @returns microseconds an event */
export async function heldUs(pending: number, events = EVENTS): Promise<number> {
  const world = newWorld();
  const next = delays();
  let left = events;
  const hold = (): void => {
    if (left-- > 0) world.spawn(next(), hold);
  };
  for (let n = 0; n < pending; n++) world.spawn(next(), hold);
  return (await cpuUsOf(() => world.run())) / (events + pending);
}

async function bareHeldUs(pending: number): Promise<number> {
  const heap = new BinaryHeap();
  const next = delays();
  let left = EVENTS;
  const hold = (): void => {
    if (left-- > 0) heap.after(next(), hold);
  };
  for (let n = 0; n < pending; n++) heap.after(next(), hold);
  const us = await cpuUsOf(() => {
    for (let due = heap.take(); due; due = heap.take()) due.run();
  });
  return us / (EVENTS + pending);
}

const grownTo = (pending: number) => async (): Promise<number> => {
  const events = Math.max(EVENTS, 2 * pending);
  return (await heldUs(pending, events)) / (await heldUs(1_000));
};

export const kernel: readonly Row[] = [
  {
    name: 'kernel against VirtualTimeScheduler, 10 000 timers',
    unit: 'x',
    bar: 40,
    holds: 'at least',
    measure: prefilled,
  },
  {
    name: 'kernel against a bare binary heap, 1 000 pending',
    unit: 'x',
    bar: 0.5,
    holds: 'at least',
    measure: async () => (await bareHeldUs(1_000)) / (await heldUs(1_000)),
  },
  {
    name: 'cost of an event, 100 000 pending against 1 000',
    unit: 'x',
    bar: 3,
    holds: 'at most',
    measure: grownTo(100_000),
  },
  {
    name: 'cost of an event, 1 000 000 pending against 1 000',
    unit: 'x',
    bar: 6,
    holds: 'at most',
    rounds: 3,
    measure: grownTo(1_000_000),
  },
];
