/** What entries about messages say beside the message itself. */
import type { Happened } from '../../sim/history/history.ts';
import type { Entry } from '../property.ts';

interface AboutMessage {
  readonly lineage: string;
  readonly redelivered: boolean;
  /** Which of the copies in its queue this delivery hands out. */
  readonly copy: number;
  /** How this delivery was poisoned, if it was. */
  readonly poison: readonly string[] | undefined;
  /** Why a queue gave it up. */
  readonly reason: string | undefined;
  /** The queue that it was dead-lettered to. */
  readonly to: string | undefined;
  readonly requeue: boolean;
}

export function aboutMessage(entry: Entry): AboutMessage {
  const about = (entry.data as Happened).about ?? {};
  return {
    lineage: String(about['lineage']),
    redelivered: about['redelivered'] === true,
    copy: Number(about['copy']),
    poison: about['poison'] as readonly string[] | undefined,
    reason: about['reason'] as string | undefined,
    to: about['to'] as string | undefined,
    requeue: about['requeue'] === true,
  };
}

/** Whether the entry is about this component and, if one is named, this channel. */
export function concerns(
  entry: Entry,
  at: { readonly component: string; readonly channel: string | undefined },
): boolean {
  const data = entry.data as Partial<Happened> | undefined;
  if (data?.component !== at.component || !data.channels) return false;
  return at.channel === undefined || data.channels.includes(at.channel);
}
