/**
 * Late writes: a commit that comes too late for a read, alone in its run. Whether somebody acts on what he read a moment ago
 * shows at once, and a second hold might keep either of the two from coming. Those with the fewest messages between them are
 * tried first: two first messages, an answer and the time-out that watches for it. Long ways seldom meet.
 */
import type { Race } from '../races.ts';
import { mineOf } from './races.ts';
import type { Strategy } from './strategy.ts';

export const lateWrites: Strategy = (view) => {
  const { dice, races } = view;
  const { lateWrites: tried } = view.known;
  const late = mineOf(
    view,
    races.filter(({ rank }) => rank === 0),
  );
  const times = ({ class: of, apart }: Race): number => ((tried.get(of) ?? 0) + 1) * 2 ** apart;
  const least = late.reduce((found, each) => Math.min(found, times(each)), Infinity);
  const race = dice.pick(late.filter((each) => times(each) === least));
  if (!race) return undefined;
  tried.set(race.class, (tried.get(race.class) ?? 0) + 1);
  return { strategy: 'races', plan: [race.fault] };
};
