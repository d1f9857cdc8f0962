/** Races: a hold, half of the time beside a copy of a message, so that two handlers of one message meet. */
import type { FaultData } from '../../../sim/faults/fault.ts';
import type { Strategy, View } from './strategy.ts';

export const races: Strategy = (view) => {
  const hold = nextRace(view);
  if (!hold) return undefined;
  const { candidates, dice } = view;
  const copy =
    dice.next() % 2 === 0 ? dice.pick(candidates.filter(({ fault }) => fault.kind === 'duplicate')) : undefined;
  return { strategy: 'races', plan: copy ? [copy.fault, hold] : [hold] };
};

/** One of a class that was tried least often so far. */
function nextRace({ races: all, known, isMine, dice }: View): FaultData | undefined {
  const times = (of: string): number => known.raced.get(of) ?? 0;
  const mine = all.filter((race) => isMine(race.class));
  const from = mine.length > 0 ? mine : all;
  const least = from.reduce((found, each) => Math.min(found, times(each.class)), Infinity);
  const race = dice.pick(from.filter((each) => times(each.class) === least));
  if (race) known.raced.set(race.class, least + 1);
  return race?.fault;
}
