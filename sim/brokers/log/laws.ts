/** What always holds of a partition, whatever fails; a law that does not is Eddy's own error. Looks at every entry. */
import { type Entry, isMarker } from './record.ts';
import type { Partition } from './partition.ts';
import type { Replica } from './replica.ts';

/** In words; undefined when all hold. */
export function brokenLawOf({ replicas, leader, isr }: Partition): string | undefined {
  for (const replica of replicas) {
    const broken = brokenLawOfLog(replica);
    if (broken) return `on broker ${replica.node} ${broken}`;
  }
  if (!leader) return undefined;
  if (!isr.includes(leader.node)) return `broker ${leader.node} leads and is not in sync`;
  for (const replica of replicas) {
    const broken = isr.includes(replica.node) ? brokenLawOfFollower(replica, leader) : undefined;
    if (broken) return `on broker ${replica.node} ${broken}`;
  }
  return brokenMatching(replicas);
}

function brokenLawOfLog({ entries, logStart, end, highWatermark, lastStable }: Replica): string | undefined {
  if (logStart > end || highWatermark > end || lastStable > highWatermark) {
    return `the log has start ${logStart}, last stable offset ${lastStable}, high watermark ${highWatermark}, end ${end}`;
  }
  let last = logStart - 1;
  for (const { offset } of entries) {
    if (offset <= last || offset >= end) return `offset ${offset} comes after ${last}, with the end at ${end}`;
    last = offset;
  }
  return undefined;
}

/** Committed entries that both have are the same; a follower may have fewer holes than its leader, or more. */
function brokenLawOfFollower(follower: Replica, leader: Replica): string | undefined {
  const { highWatermark } = leader;
  if (follower.end < highWatermark) return `the log ends at ${follower.end}, below the high watermark ${highWatermark}`;
  const theirs = new Map(leader.entries.map((entry) => [entry.offset, entry]));
  for (const entry of follower.entries) {
    if (entry.offset >= highWatermark) break;
    const other = theirs.get(entry.offset);
    if (other && other !== entry) return `committed offset ${entry.offset} is not what the leader has`;
  }
  return undefined;
}

/** An epoch has one leader: two logs have the same at an offset of the same epoch. */
function brokenMatching(replicas: readonly Replica[]): string | undefined {
  const seen = new Map<string, Entry>();
  for (const { entries, node } of replicas) {
    for (const entry of entries) {
      const place = `${entry.offset} of epoch ${entry.leaderEpoch}`;
      const other = seen.get(place) ?? entry;
      if (other !== entry)
        return `brokers differ at offset ${place}: ${nameOf(other)}, and on ${node} ${nameOf(entry)}`;
      seen.set(place, entry);
    }
  }
  return undefined;
}

const nameOf = (entry: Entry): string => (isMarker(entry) ? entry.marker : entry.envelope.lineage);
