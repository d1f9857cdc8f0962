/** Where two histories part: equal entry for entry before, different there. */
import type { EntryResult } from '../result.ts';

/** The number of the first entry that differs; the common length when they are equal. */
export function partingOf(first: readonly EntryResult[], second: readonly EntryResult[]): number {
  const length = Math.max(first.length, second.length);
  let at = 0;
  while (at < length && JSON.stringify(first[at]) === JSON.stringify(second[at])) at++;
  return at;
}
