/** The wall clock of the host, as RxJS reads it: in a run the world's, which a fault may set wrong for one host. */
import { asyncScheduler } from 'rxjs';

/** Milliseconds since 1970. */
export function now(): number {
  return asyncScheduler.now();
}
