/**
 * Follow: one more fault where others led, of the class that was followed least, lowest rank first. What a process does behind
 * its ack only because of a fault comes before all else: if it dies there, nobody hands it the message again.
 */
import { UNGUARDED } from '../candidates.ts';
import type { Knowledge } from '../knowledge.ts';
import type { Lead, Proposal, Strategy } from './strategy.ts';

export const follow: Strategy = ({ leads, known }) => {
  const times = (of: string): number => known.followed.get(of) ?? 0;
  const byTimes = [...leads].toSorted(([a, one], [b, other]) => times(a) - times(b) || rankOf(one) - rankOf(other));
  return byTimes[0] && following(byTimes[0], leads, known);
};

/** Behind so many runs of a class the others know as much. */
const AT_ONCE = 3;

export const unguarded: Strategy = ({ leads, known }) => {
  const isNext = ([of, lead]: [string, Lead]): boolean =>
    rankOf(lead) === UNGUARDED && (known.followed.get(of) ?? 0) < AT_ONCE;
  const next = [...leads].find(isNext);
  return next && following(next, leads, known);
};

function following(
  [of, { plan, candidate }]: [string, Lead],
  leads: Map<string, Lead>,
  { followed }: Knowledge,
): Proposal {
  followed.set(of, (followed.get(of) ?? 0) + 1);
  leads.delete(of);
  return { strategy: 'swarm', plan: [...plan, candidate.fault] };
}

function rankOf({ candidate }: Lead): number {
  return candidate.rank;
}
