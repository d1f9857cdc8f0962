/**
 * Fewer faults. What shrinking leaves cannot do without any of its faults, and yet one at another place may do what all of
 * them do together. Where several are left, single faults of their kinds are tried in their stead: on the workload that is
 * left, then on the one that was found; telling ones first, each class on one message before any on another.
 */
import type { System } from '../../sim/simulate.ts';
import { type Candidate, candidatesOf } from './candidates.ts';
import { type Case, execute } from './execute.ts';
import { kindOf } from './fault-sentence.ts';
import type { StillFails } from './shrink.ts';

/** Of each workload. */
const TRIES_MAX = 100;

/** @returns a case with one fault that fails the same way; nothing where none was found, or few faults are left anyway */
export async function fewer(
  system: System,
  { left, found }: { readonly left: Case; readonly found: Case },
  stillFails: StillFails,
  isOver: () => boolean,
): Promise<Case | undefined> {
  if (left.plan.length < 2) return undefined;
  const kinds = new Set(found.plan.map(kindOf));
  for (const { seed, items } of left.items.length < found.items.length ? [left, found] : [left]) {
    const { record } = await execute(system, [], { seed, items, plan: [] }, { recordSites: true });
    for (const { fault } of inTurn(candidatesOf(record.sites, kinds)).slice(0, TRIES_MAX)) {
      if (isOver()) return undefined;
      const given = { seed, items, plan: [fault] };
      if (await stillFails(given)) return given;
    }
  }
  return undefined;
}

/** The first of every class, then the second, ...; within each turn the lowest rank first. */
function inTurn(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Map<string, number>();
  const turns = candidates.map((each) => {
    const nth = seen.get(each.class) ?? 0;
    seen.set(each.class, nth + 1);
    return { each, turn: 2 * nth + each.rank };
  });
  return turns.toSorted((a, b) => a.turn - b.turn).map(({ each }) => each);
}
