/**
 * Rounds: the slices of a campaign that are made side by side. How large a round is follows from how many slices came
 * before, never from how many threads there are, so that any number of them gives the same campaign.
 */
import { hashText } from '../../sim/kernel/random.ts';

/** The first slices go one by one: what each finds out saves the next ones most. */
const ALONE = 4;
const SIZE_MIN = 4;
const SIZE_MAX = 32;

/** How many slices the round has that begins after so many. No more than a fifth of what a slice could know is amiss. */
export function roundSize(before: number): number {
  return before < ALONE ? 1 : Math.min(SIZE_MAX, Math.max(SIZE_MIN, Math.floor(before / 4)));
}

/** The largest round of so many slices: more threads are of no use to it. */
export function widestRound(slices: number): number {
  let widest = 1;
  for (let first = 0; first < slices; first += roundSize(first))
    widest = Math.max(widest, Math.min(roundSize(first), slices - first));
  return widest;
}

/** The n-th of so many slices of one round. */
export interface Part {
  readonly of: number;
  readonly at: number;
}

export const WHOLE: Part = { of: 1, at: 0 };

/** Whether a class of faults is this slice's to try: those of a round share them out, for none hears what another tries. */
export function isMine(name: string, { of, at }: Part): boolean {
  return of === 1 || hashText(name) % of === at;
}
