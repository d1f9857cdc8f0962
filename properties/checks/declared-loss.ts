/** Losses that the configuration declares: unroutable, expired, dropped from a full queue. */
import type { Happened } from '../../sim/history/history.ts';
import { type Keyed, keyOf, patternOf } from '../../sim/selectors.ts';
import type { Entry } from '../property.ts';

/**
 * Sees every entry, and answers with the key of a message that was dropped as the configuration says it may be. The
 * drop of a copy in another queue that the same publish went to is no end of the copy in the queue that is looked at.
 */
export function declaredLosses(sent: Keyed<unknown>): (entry: Entry) => string | undefined {
  const { component, channel } = patternOf(sent);
  const routed = new Map<number, readonly string[]>();
  return (entry) => {
    if (entry.kind !== 'published' && entry.kind !== 'dropped') return undefined;
    const { component: at, channels, value, about } = entry.data as Happened;
    if (at !== component) return undefined;
    if (entry.kind === 'published') {
      routed.set(entry.n, channels);
      return undefined;
    }
    if (about?.['declared'] !== true) return undefined;
    const [queue] = channels;
    const isSibling =
      channel !== undefined &&
      queue !== undefined &&
      queue !== channel &&
      entry.causes.some((n) => routed.get(n)?.includes(queue));
    const found = isSibling ? 'no part' : keyOf(sent, value);
    return found === 'no part' ? undefined : found.key;
  };
}
