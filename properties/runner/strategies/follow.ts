/** Follow: one more fault where others on the same message led, of the class that was followed least, lowest rank first. */
import type { Lead, Strategy } from './strategy.ts';

export const follow: Strategy = ({ leads, known }) => {
  const times = (of: string): number => known.followed.get(of) ?? 0;
  const byTimes = [...leads].toSorted(([a, one], [b, other]) => times(a) - times(b) || rankOf(one) - rankOf(other));
  const [of, lead] = byTimes[0] ?? [];
  if (of === undefined || !lead) return undefined;
  const { plan, candidate } = lead;
  known.followed.set(of, times(of) + 1);
  leads.delete(of);
  return { strategy: 'swarm', plan: [...plan, candidate.fault] };
};

function rankOf({ candidate }: Lead): number {
  return candidate.rank;
}
