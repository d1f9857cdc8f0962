/** What a run that passed a bound kept doing: it goes round in something, and that is mostly why it has no end. */
import type { Entry } from './history/history.ts';

/** Fewer times is what faults bring about, too. */
const TIMES_MIN = 20;

/** `taker/0 crashed 1250 times with EddyError EDDY_NO_SUCH_QUEUE`; undefined: nothing failed that often. */
export function failedOverAndOver(entries: readonly Entry[]): string | undefined {
  const counts = new Map<string, { readonly of: readonly [what: string, why: string]; times: number }>();
  for (const entry of entries) {
    const of = failure(entry);
    if (!of) continue;
    const name = of.join('\n');
    const counted = counts.get(name) ?? { of, times: 0 };
    counted.times++;
    counts.set(name, counted);
  }
  let most = { of: ['', ''] as readonly [string, string], times: 0 };
  for (const counted of counts.values()) if (counted.times > most.times) most = counted;
  const [what, why] = most.of;
  return most.times < TIMES_MIN ? undefined : `${what} ${most.times} times with ${why}`;
}

function failure({ kind, process, data }: Entry): readonly [what: string, why: string] | undefined {
  const { why, item } = data as { readonly why?: unknown; readonly item?: unknown };
  if (kind === 'crashed' && why !== 'fault') return [`${process.replace(INCARNATION, '$1')} crashed`, String(why)];
  return kind === 'sendFailed' ? [`the send of ${String(item)} failed`, String(why)] : undefined;
}

/** What tells the processes of one instance apart: `taker/0.12`. */
const INCARNATION = /(\/\d+)\.\d+$/;
