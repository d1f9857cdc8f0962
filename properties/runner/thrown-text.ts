/** What nobody caught, in words. */
import type { Thrown } from '../../sim/thrown.ts';

/** `TypeError: Cannot read properties of undefined (reading 'id') (orders.ts:12) in taker, 4 times` */
export function thrownText({ by, says, at, times }: Thrown): string {
  return `${says}${at === undefined ? '' : ` (${at})`} in ${by}${times === 1 ? '' : `, ${times} times`}`;
}

/** In words, what was thrown most often; `undefined`: nothing. */
export function mostThrownText(thrown: readonly Thrown[]): string | undefined {
  const [most] = thrown.toSorted((a, b) => b.times - a.times);
  return most && thrownText(most);
}
