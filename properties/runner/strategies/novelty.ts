/**
 * Novelty: runs that reached new states are bred from. A child has its parent's faults, on this slice's items, and one change: a
 * fault at a site that its parent revealed, one on the same message, its faults on other messages, or one fault less.
 */
import type { FaultData } from '../../../sim/faults/fault.ts';
import { type Candidate, candidatesOf } from '../candidates.ts';
import type { Parent } from '../knowledge.ts';
import { itemsIn, moved } from './moved.ts';
import type { Strategy, View } from './strategy.ts';
import { distinct } from './swarm.ts';

export const novelty: Strategy = (view) => {
  const { known, slice, dice } = view;
  const parent = nextParent(view);
  if (!parent) return undefined;
  const [key, { plan, next, items }] = parent;
  known.bred.set(key, (known.bred.get(key) ?? 0) + 1);
  const here = itemsIn(slice.sites);
  const by = dice.next() % 2 === 0 ? 0 : dice.next() % Math.max(1, here.length);
  const mine = moved(plan, items, here, by);
  const lead = dice.pick(next);
  const choice = dice.next() % 4;
  if (lead && choice < 2) return child([...mine, ...moved([lead], items, here, by)]);
  if (mine.length > 1 && choice === 2) return child(mine.filter((_, n) => n !== dice.next() % mine.length));
  const more = beside(view, mine);
  return child(more ? [...mine, more.fault] : mine);
};

function child(plan: readonly FaultData[]): ReturnType<Strategy> {
  return plan.length > 0 ? { strategy: 'novelty', plan: distinct(plan) } : undefined;
}

/** Bred least, of those the latest: what is new now leads further than what was new once. */
function nextParent({ known, isMine }: View): [string, Parent] | undefined {
  const times = (key: string): number => known.bred.get(key) ?? 0;
  const all = [...known.parents];
  const mine = all.filter(([key]) => isMine(key));
  const from = mine.length > 0 ? mine : all;
  return from.toReversed().toSorted(([a], [b]) => times(a) - times(b))[0];
}

/** A fault on a message, or a service, that one of the plan strikes too. */
function beside({ candidates, revealed, kinds, dice }: View, plan: readonly FaultData[]): Candidate | undefined {
  const struck = new Set(plan.map((fault) => JSON.stringify(fault)));
  const all = [...candidates, ...candidatesOf(revealed, kinds)];
  const strikes = new Set(all.flatMap((each) => (struck.has(JSON.stringify(each.fault)) ? [each.strikes] : [])));
  const near = all.filter((each) => strikes.has(each.strikes));
  return dice.pickByKind(near.length > 0 && dice.next() % 4 > 0 ? near : all);
}
