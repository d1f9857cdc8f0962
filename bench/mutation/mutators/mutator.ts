/** What a mutator is: a function from a place in the code to the small changes that can be made there. */
import type { Place } from '../tree.ts';

/** One piece of the text put in the place of another. */
export interface Edit {
  /** Where the piece begins and ends, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly to: string;
  /** What was done, in words. */
  readonly what: string;
}

/** @param text the whole file */
export type Mutator = (place: Place, text: string) => readonly Edit[];

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The change that puts `to` in the place of all of a node. */
export function instead({ start, end }: Span, to: string, what: string): Edit {
  return { start, end, to, what };
}

export function textOf({ start, end }: Span, text: string): string {
  return text.slice(start, end);
}
