/** Singles: one fault alone. Other faults of a run may hide what it does (a crash heals what a process remembers wrongly). */
import type { Candidate } from '../candidates.ts';
import type { Proposal, Strategy, View } from './strategy.ts';

export const singles: Strategy = (view) => alone(view, view.candidates);

/** Windows are few: until each has been tried, one of them with nothing else. */
export const windows: Strategy = (view) => {
  const isLeft = view.windows.some((each) => isUntried(view, each));
  return isLeft ? alone(view, view.windows) : undefined;
};

function alone(view: View, candidates: readonly Candidate[]): Proposal | undefined {
  const candidate = leastTried(view, candidates) ?? view.dice.pickByKind(candidates);
  if (!candidate) return undefined;
  const { kind } = candidate.fault;
  const { known } = view;
  known.alone.add(candidate.class);
  known.kindsAlone.set(kind, (known.kindsAlone.get(kind) ?? 0) + 1);
  return { strategy: 'singles', plan: [candidate.fault] };
}

function isUntried({ known, isMine }: View, { class: of }: Candidate): boolean {
  return !known.alone.has(of) && isMine(of);
}

/**
 * Of those whose class has not been tried alone, and of the lowest rank: first what never took effect beside others, then
 * one of the kind that had the fewest turns; of its class any, for which message is struck may be what matters.
 */
function leastTried(view: View, candidates: readonly Candidate[]): Candidate | undefined {
  const { known, dice } = view;
  const left = candidates.filter((each) => isUntried(view, each));
  const least = Math.min(...left.map(({ rank }) => rank));
  const turns = ({ fault }: Candidate): number => known.kindsAlone.get(fault.kind) ?? 0;
  const first = left.filter(({ rank }) => rank === least);
  const hidden = first.filter((each) => !known.effective.has(each.class));
  const [of] = (hidden.length > 0 ? hidden : first).toSorted((a, b) => turns(a) - turns(b));
  return of && dice.pick(first.filter((each) => each.class === of.class));
}
