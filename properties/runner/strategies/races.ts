/**
 * Races: a hold that reverses two operations. One alone, half of the time beside a copy of a message, so that two handlers of
 * one message meet; or one for each of some rows.
 */
import type { FaultData } from '../../../sim/faults/fault.ts';
import type { Race } from '../races.ts';
import type { Strategy, View } from './strategy.ts';

/** On some of the rows and queues that several touch one race each: when all is late, nothing is. */
export const racesSpread: Strategy = (view) => {
  const { dice } = view;
  const open = new Map<string, Race[]>();
  for (const race of view.races) {
    const list = open.get(race.touch);
    if (list) list.push(race);
    else open.set(race.touch, [race]);
  }
  const some = dice.shuffled([...open.values()]).slice(0, 1 + (dice.next() % Math.max(1, open.size)));
  const plan = some.flatMap((races) => take(view, mineOf(view, races)));
  return plan.length > 0 ? { strategy: 'races', plan } : undefined;
};

export const races: Strategy = (view) => {
  const { candidates, dice } = view;
  const hold = take(view, mineOf(view, view.races));
  if (hold.length === 0) return undefined;
  const copy =
    dice.next() % 2 === 0 ? dice.pick(candidates.filter(({ fault }) => fault.kind === 'duplicate')) : undefined;
  return { strategy: 'races', plan: copy ? [copy.fault, ...hold] : hold };
};

/** Those that are the slice's to try, or all where none is. */
export function mineOf({ isMine }: View, all: readonly Race[]): readonly Race[] {
  const mine = all.filter((race) => isMine(race.class));
  return mine.length > 0 ? mine : all;
}

/** One of a class that was tried least often so far, the lowest rank first; none where there is none. */
function take({ known, dice }: View, from: readonly Race[]): FaultData[] {
  const times = ({ class: of, rank }: Race): number => ((known.raced.get(of) ?? 0) + 1) * 2 ** rank;
  const least = from.reduce((found, each) => Math.min(found, times(each)), Infinity);
  const race = dice.pick(from.filter((each) => times(each) === least));
  if (!race) return [];
  known.raced.set(race.class, (known.raced.get(race.class) ?? 0) + 1);
  return [race.fault];
}
