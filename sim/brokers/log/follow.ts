/**
 * How a follower comes to have its leader's log: it cuts its own back to where the two part, told by leader epochs, and
 * fetches the rest. Sources: KIP-101, KIP-279; AbstractFetcherThread.scala.
 */
import { type Entry, isMarker, type LogRecord } from './record.ts';
import type { Replica } from './replica.ts';

export interface Truncation {
  readonly from: number;
  readonly to: number;
  readonly lost: readonly LogRecord[];
}

export const recordsOf = (entries: Iterable<Entry>): LogRecord[] =>
  [...entries].filter((entry): entry is LogRecord => !isMarker(entry));

/** @returns what the follower cut off, if anything */
export function follow(follower: Replica, leader: Replica): Truncation | undefined {
  const from = follower.end;
  const lost = cutToCommon(follower, leader);
  const to = follower.end;
  const knowsLess = follower.end < leader.cleanedBelow;
  if (follower.end < leader.logStart) follower.startAt(leader);
  const { entries } = leader;
  for (let at = leader.indexOf(follower.end); at < entries.length; at++) follower.append(entries[at] as Entry);
  follower.removeBefore(leader.logStart);
  if (knowsLess) follower.learnFrom(leader);
  return to < from ? { from, to, lost: recordsOf(lost) } : undefined;
}

/** Goes back epoch by epoch to the last one that both know, and to where it ends in both. */
function cutToCommon(follower: Replica, leader: Replica): readonly Entry[] {
  let lost: readonly Entry[] = [];
  for (;;) {
    const last = follower.epochs.at(-1);
    if (!last) return lost;
    const { epoch, end } = leader.endOfEpoch(last.epoch);
    const to = epoch === last.epoch ? end : Math.min(end, follower.endOfEpoch(epoch).end);
    if (to >= follower.end) return lost;
    lost = [...follower.truncateTo(to), ...lost];
  }
}
