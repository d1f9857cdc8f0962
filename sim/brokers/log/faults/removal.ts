/** Records that go, read or not: for their age, or because their key has a later one. The configuration says that they may. */
import type { Retention } from '../../../faults/log-fault.ts';
import type { OnePartition } from '../../../services/log-target.ts';
import type { GroupCoordinator } from '../group/coordinator.ts';
import { isRefused } from '../kafka-error.ts';
import { isMarker, type LogRecord } from '../record.ts';
import type { Cut } from '../partition.ts';
import type { LogRuntime } from '../runtime.ts';

export function remove(
  runtime: LogRuntime<string>,
  of: OnePartition,
  how: Retention['how'],
  strikes: () => void,
): void {
  if (how === 'cut') cut(runtime, of, strikes);
  else compact(runtime, of, strikes);
}

/** All that is committed is past its time. */
function cut(runtime: LogRuntime<string>, of: OnePartition, strikes: () => void): void {
  const { topic, partition } = of;
  const { cluster } = runtime;
  const leader = cluster.partition(topic, partition)?.leader;
  if (!leader || cluster.topic(topic)?.shape.retentionMs === undefined) return;
  const { highWatermark } = leader;
  if (!leader.entries.some((entry) => !isMarker(entry) && entry.offset < highWatermark)) return;
  strikes();
  const done = cluster.removeRecords(topic, partition, highWatermark);
  if (isRefused(done)) return;
  dropRemoved(runtime, of, done, 'retention');
}

/** The log begins later: what somebody would still have read is a declared loss. */
export function dropRemoved(
  runtime: LogRuntime<string>,
  of: OnePartition,
  { from, to, removed }: Cut,
  reason: 'retention' | 'deleted',
): void {
  const { topic, partition } = of;
  runtime.note(runtime.name, 'logStart', topic, { topic, partition, from, to });
  const readers = readersOf(runtime, topic);
  for (const record of removed) if (isWanted(readers, of, record)) dropped(runtime, of, record, reason);
  runtime.simulation.world.changed();
}

function compact(runtime: LogRuntime<string>, of: OnePartition, strikes: () => void): void {
  const { topic, partition } = of;
  const { cluster, simulation } = runtime;
  if (cluster.topic(topic)?.isCompacted !== true) return;
  const done = cluster.compact(topic, partition);
  if (isRefused(done) || done.removed.length === 0) return;
  strikes();
  for (const record of done.removed) dropped(runtime, of, record, 'compacted');
  simulation.world.changed();
}

/** The groups that read the topic. */
function readersOf({ groups }: LogRuntime<string>, topic: string): GroupCoordinator[] {
  return groups.coordinators.all.filter(
    ({ members, offsets }) =>
      offsets.all.some((one) => one.topic === topic) ||
      members.some(({ protocols }) => protocols.some(({ metadata }) => metadata.topics.includes(topic))),
  );
}

/** Somebody has not come past it, or nobody has come yet. */
function isWanted(
  readers: readonly GroupCoordinator[],
  { topic, partition }: OnePartition,
  record: LogRecord,
): boolean {
  return (
    readers.length === 0 || readers.some(({ offsets }) => (offsets.get(topic, partition)?.offset ?? 0) <= record.offset)
  );
}

function dropped(runtime: LogRuntime<string>, of: OnePartition, { envelope, offset }: LogRecord, reason: string): void {
  const { lineage, entry, message } = envelope;
  const about = { lineage, partition: of.partition, offset, reason, declared: true };
  runtime.note(runtime.name, 'dropped', of.topic, message, about, entry < 0 ? [] : [entry]);
}
