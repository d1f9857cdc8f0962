/**
 * Shrinking: ever smaller cases that still fail the same way, until none of the steps applies: no fault, no item, no
 * payload part, no duration can go. Greedy, largest cuts first. Payloads shrink as their fast-check arbitrary says,
 * with their keys kept, since faults refer to them.
 */
import type { FaultData } from '../../sim/faults/fault.ts';
import type { ScenarioShape } from '../scenario.ts';
import { simplerItems } from './draw.ts';
import type { Case } from './execute.ts';
import { smallerFaults } from './smaller-faults.ts';

/** Answers whether this case fails the same way. */
export type StillFails = (given: Case) => Promise<boolean>;

const TRIES_MAX = 600;

export interface Shrunk {
  readonly minimal: Case;
  /** It ended for lack of time or tries: something in it may yet be needless, or simpler. */
  readonly cutShort: boolean;
}

/** @param isOver asked before each try: true ends the shrinking with what it has */
export async function shrink(
  shape: ScenarioShape,
  found: Case,
  stillFails: StillFails,
  isOver: () => boolean = () => false,
): Promise<Shrunk> {
  let best = found;
  let tries = 0;
  let cutShort = false;
  const attempt = async (given: Case): Promise<boolean> => {
    if ((cutShort ||= isOver())) return false;
    if (!(await stillFails(given))) return false;
    best = given;
    return true;
  };
  // What can be left out is always looked for to the end; only what remains need not be the simplest.
  let spent = false;
  const simpler = async (given: Case): Promise<boolean> => {
    spent ||= tries++ >= TRIES_MAX;
    return !spent && attempt(given);
  };
  for (let changed = true; changed; ) {
    const before = best;
    await cut(best.plan, (plan) => attempt({ ...best, plan }));
    await cut(best.items, (items) => attempt({ ...best, items }));
    await simplifyFaults(() => best, simpler);
    await simplifyItems(shape, () => best, simpler);
    changed = best !== before;
  }
  return { minimal: best, cutShort: cutShort || spent };
}

/** Removes parts of a list: halves, then quarters, down to single elements, as long as what is left passes the test. */
async function cut<T>(list: readonly T[], attempt: (rest: readonly T[]) => Promise<boolean>): Promise<void> {
  let rest = list;
  for (let size = rest.length; size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < rest.length; ) {
      const without = [...rest.slice(0, from), ...rest.slice(from + size)];
      if (await attempt(without)) rest = without;
      else from += size;
    }
  }
}

type Attempt = (given: Case) => Promise<boolean>;

async function simplifyFaults(best: () => Case, attempt: Attempt): Promise<void> {
  for (let n = 0; n < best().plan.length; n++) {
    const replaced = (fault: FaultData): Case => ({
      ...best(),
      plan: best().plan.map((old, at) => (at === n ? fault : old)),
    });
    for (;;) {
      let simpler = false;
      for (const fault of smallerFaults(best().plan[n] as FaultData)) {
        if (!(await attempt(replaced(fault)))) continue;
        simpler = true;
        break;
      }
      if (!simpler) break;
    }
  }
}

const SHRINKS_PER_ITEM = 40;

async function simplifyItems(shape: ScenarioShape, best: () => Case, attempt: Attempt): Promise<void> {
  const { item: arbitrary, key } = shape.workload;
  for (let n = 0; n < best().items.length; n++) {
    let left = SHRINKS_PER_ITEM;
    for (let simpler = true; simpler && left > 0; ) {
      simpler = false;
      const old = best().items[n];
      for (const value of simplerItems(arbitrary, old)) {
        if (key(value) !== key(old)) continue;
        if (left-- <= 0) break;
        simpler = await attempt({ ...best(), items: best().items.map((item, at) => (at === n ? value : item)) });
        if (simpler) break;
      }
    }
  }
}
