/** Virtual time as people read it. */
import { trimmed } from '../properties/duration.ts';

export { duration } from '../properties/duration.ts';

/** A gap to the next entry, to two figures: nobody needs the microseconds of five idle seconds. */
export function gap(us: number): string {
  if (us < 1_000_000) return `+${Math.round(us / 1_000)} ms`;
  if (us < 60_000_000) return `+${trimmed(us / 1_000_000, 1)} s`;
  return `+${trimmed(us / 60_000_000, 1)} min`;
}
