import { distance } from '../sim/nearest.ts';
import { EddyError } from '../sim/errors.ts';

/** Bad input: one sentence that says what is wrong, where, and what to do. */
export function usage(sentence: string): EddyError {
  return new EddyError('EDDY_USAGE', sentence);
}

/** The known name that is nearest to what was typed, when any is near at all. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const measured = known.map((name) => ({ name, distance: distance(typed.toLowerCase(), name.toLowerCase()) }));
  const best = measured.toSorted((a, b) => a.distance - b.distance)[0];
  return best && best.distance <= Math.max(2, Math.floor(typed.length / 2)) ? best.name : undefined;
}

/** `; did you mean "payments"? Known: payments, orders`, or `; known: payments, orders` */
export function suggestion(typed: string, known: readonly string[]): string {
  const near = nearest(typed, known);
  const meant = near === undefined ? '' : `; did you mean "${near}"?`;
  return `${meant}${meant ? ' ' : '; '}${known.length > 0 ? `${meant ? 'Known' : 'known'}: ${known.join(', ')}` : 'none is known'}`;
}
