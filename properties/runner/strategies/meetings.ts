/**
 * Meetings: two handlers that touch the same only because faults brought them together, a time-out and the answer that came
 * late, say. The run is made again with the same faults and a hold that reverses the two, the pair that was tried least.
 */
import type { Race } from '../races.ts';
import type { Strategy } from './strategy.ts';

export const meetings: Strategy = ({ meetings: all, known }) => {
  const times = (of: string, { rank }: Race): number => ((known.raced.get(of) ?? 0) + 1) * 2 ** rank;
  const [first] = [...all].toSorted(([a, one], [b, other]) => times(a, one.race) - times(b, other.race));
  if (!first) return undefined;
  const [of, { plan, race }] = first;
  known.raced.set(of, (known.raced.get(of) ?? 0) + 1);
  all.delete(of);
  return { strategy: 'races', plan: [...plan, race.fault] };
};
