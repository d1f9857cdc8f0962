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
  const found = difference(follower, leader, ([{ offset }]) => offset < highWatermark);
  return found && `committed offset ${found[0].offset} is not what the leader has`;
}

/** An epoch has one leader: two logs have the same at an offset of the same epoch. */
function brokenMatching(replicas: readonly Replica[]): string | undefined {
  for (const [n, one] of replicas.entries()) {
    for (const other of replicas.slice(n + 1)) {
      const found = difference(one, other, ([a, b]) => a.leaderEpoch === b.leaderEpoch);
      if (!found) continue;
      const [a, b] = found;
      const place = `offset ${a.offset} of epoch ${a.leaderEpoch}`;
      return `brokers ${one.node} and ${other.node} differ at ${place}: ${nameOf(a)}, ${nameOf(b)}`;
    }
  }
  return undefined;
}

type Pair = readonly [Entry, Entry];

/** The first offset at which both have an entry, and not the same, where it matters. */
function difference(one: Replica, other: Replica, matters: (pair: Pair) => boolean): Pair | undefined {
  const [these, those] = [one.entries, other.entries];
  for (let n = 0, m = 0; n < these.length && m < those.length; ) {
    const [a, b] = [these[n] as Entry, those[m] as Entry];
    if (a !== b && a.offset === b.offset && matters([a, b])) return [a, b];
    if (a.offset <= b.offset) n++;
    if (b.offset <= a.offset) m++;
  }
  return undefined;
}

const nameOf = (entry: Entry): string => (isMarker(entry) ? entry.marker : entry.envelope.lineage);
