/** Leaders that fail. Each comes back at once as a follower, and takes from the new leader what that one has. */
import type { Election, OnePartition } from '../../../services/log-target.ts';
import type { Partition } from '../partition.ts';
import type { LogRuntime } from '../runtime.ts';

/** How many records a replica lacks that leads though it is out of sync, as far as there are so many. */
const LACKS = 2;

/** How a topic's leaders can change, as it is set up. */
export function electionsOf({ cluster }: LogRuntime<string>, topic: string): readonly Election[] {
  const [partition] = cluster.topic(topic)?.partitions ?? [];
  if (!partition || partition.replicas.length < 2) return [];
  // Where every replica must be in sync, none that is not can have missed what is committed.
  const { uncleanElection } = partition.o;
  return uncleanElection && partition.o.minInsyncReplicas < partition.replicas.length
    ? ['clean', 'unclean']
    : ['clean'];
}

export function failOver(
  runtime: LogRuntime<string>,
  { topic, partition }: OnePartition,
  election: Election,
  strikes: () => void,
): void {
  const { cluster, simulation } = runtime;
  const of = cluster.partition(topic, partition);
  if (!of || !electionsOf(runtime, topic).includes(election) || !mayFail(of, election)) return;
  strikes();
  cluster.failover(topic, partition, election === 'unclean' ? { unclean: true, losing: LACKS } : {});
  simulation.world.changed();
}

/** A clean election needs another one that is in sync, an unclean one something committed that it can lose. */
function mayFail({ leader, isr }: Partition, election: Election): boolean {
  if (!leader) return false;
  return election === 'unclean' ? leader.highWatermark > leader.logStart : isr.some((node) => node !== leader.node);
}
