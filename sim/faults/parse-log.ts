/** Reads the sentences about a log broker that name no moment. */
import type { FailoverAt, Grows, Moves, OpenTransaction, PartitionRef, Retention } from './log-fault.ts';
import type { Reader } from './reader.ts';

/** After "leader of". */
export function readLeader(r: Reader): FailoverAt {
  const of = readPartition(r);
  r.wants('fails', 'over');
  const unclean = r.takes('uncleanly') ? { unclean: true as const } : {};
  return { kind: 'failover', ...of, ...unclean, atUs: readAt(r) };
}

/** After "coordinator of". */
export function readCoordinator(r: Reader): Moves {
  const group = r.name('a consumer group');
  r.wants('on');
  const component = r.name('a log broker');
  r.wants('moves');
  return { kind: 'rebalance', by: 'coordinator', component, group, atUs: readAt(r) };
}

/** After "a transaction stays open on". */
export function readOpenTransaction(r: Reader): OpenTransaction {
  const of = readPartition(r);
  r.wants('from');
  const fromUs = r.durationUs();
  r.wants('to');
  return { kind: 'open-transaction', ...of, fromUs, toUs: r.untilUs(fromUs) };
}

/** What begins with a topic or a partition; undefined when the sentence does not begin so. */
export function readLogWindow(r: Reader): Grows | Retention | undefined {
  const channel = r.peekChannel();
  if (!channel) return undefined;
  if (channel.partition === undefined) {
    r.word('a topic');
    r.wants('gets');
    const partitions = r.count('how many partitions');
    r.wants('partitions');
    const { component, topic } = channel;
    return { kind: 'rebalance', by: 'partitions', component, topic, partitions, atUs: readAt(r) };
  }
  const of = readPartition(r);
  r.wants('is');
  const how = r.takes('compacted') ? 'compacted' : 'cut';
  if (how === 'cut') r.wants('cut', 'up', 'to', 'its', 'end');
  return { kind: 'retention', ...of, how, atUs: readAt(r) };
}

function readPartition(r: Reader): PartitionRef {
  const channel = r.peekChannel();
  if (channel?.partition === undefined) r.fail('a partition such as log.orders/0');
  r.word('a partition');
  const { component, topic, partition } = channel;
  return { component, topic, partition };
}

function readAt(r: Reader): number {
  r.wants('at');
  return r.durationUs();
}
