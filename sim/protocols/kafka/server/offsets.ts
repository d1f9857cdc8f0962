/** Where a partition begins and ends, where its epochs end, and what groups have committed. */
import { isRefused } from '../../../brokers/log/kafka-error.ts';
import type { Isolation } from '../../../brokers/log/replica.ts';
import type { Place } from '../../../brokers/log/transactions.ts';
import { type ErrorName, errorCode } from '../error-codes.ts';
import { listOffsets, type ListOffsetsResponse } from '../messages/list-offsets.ts';
import { offsetForLeaderEpoch } from '../messages/log-admin.ts';
import { offsetFetch, type OffsetFetchRequest, type OffsetFetchResponse } from '../messages/offset-fetch.ts';
import { toMs, toUs } from './clock.ts';
import { type Handles, replies } from './on.ts';
import type { KafkaSession } from './session.ts';

const LATEST = -1;
const EARLIEST = -2;

type Listed = ListOffsetsResponse['topics'][number]['partitions'][number];

const onListOffsets = replies(listOffsets, ({ isolationLevel, topics }, { session }): ListOffsetsResponse => {
  const isolation = isolationLevel === 1 ? 'read_committed' : 'read_uncommitted';
  return {
    throttleTimeMs: 0,
    topics: topics.map(({ name: topic, partitions }) => ({
      name: topic,
      partitions: partitions.map(({ partitionIndex: partition, timestamp }) =>
        listed(session, { topic, partition }, timestamp, isolation),
      ),
    })),
  };
});

function listed(session: KafkaSession, place: Place, timestamp: number, isolation: Isolation): Listed {
  const { topic, partition } = place;
  const { cluster } = session.endpoint.log;
  const { node, world } = session;
  const leaderEpoch = cluster.partition(topic, partition)?.epoch ?? -1;
  const of = (error: ErrorName, offset: number, timeMs: number): Listed => ({
    partitionIndex: partition,
    errorCode: errorCode(error),
    oldStyleOffsets: offset < 0 ? [] : [offset],
    timestamp: timeMs,
    offset,
    leaderEpoch: offset < 0 ? -1 : leaderEpoch,
  });
  if (timestamp === LATEST || timestamp === EARLIEST) {
    const at = timestamp === LATEST ? 'latest' : 'earliest';
    const found = cluster.listOffsets(topic, partition, at, isolation, node);
    return isRefused(found) ? of(found.error, -1, -1) : of('NONE', found.offset, -1);
  }
  const found = cluster.offsetAt(topic, partition, toUs(timestamp, world), {
    isolation,
    ...(node !== undefined && { node }),
  });
  if (found === undefined) return of('NONE', -1, -1);
  return isRefused(found) ? of(found.error, -1, -1) : of('NONE', found.offset, toMs(found.timeUs, world));
}

const onOffsetForLeaderEpoch = replies(offsetForLeaderEpoch, ({ topics }, { session }) => {
  const { cluster } = session.endpoint.log;
  return {
    throttleTimeMs: 0,
    topics: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition, leaderEpoch: asked }) => {
        const found = cluster.endOfEpoch(topic, partition, asked);
        if (isRefused(found)) return { errorCode: errorCode(found.error), partition, leaderEpoch: -1, endOffset: -1 };
        return { errorCode: errorCode('NONE'), partition, leaderEpoch: found.epoch, endOffset: found.end };
      }),
    })),
  };
});

const onOffsetFetch = replies(offsetFetch, (request, { session, header }): OffsetFetchResponse => {
  const { groupId, requireStable } = request;
  const { groups } = session.endpoint.log;
  const { node } = session;
  const of = placesOf(session, request);
  const answer = groups.ask(groupId, (coordinator) =>
    coordinator.fetch({ of, requireStable, ...(node !== undefined && { node }) }),
  );
  const { error } = answer;
  const unstable = error === 'UNSTABLE_OFFSET_COMMIT';
  const topics = [...new Set(of.map(({ topic }) => topic))];
  return {
    throttleTimeMs: 0,
    errorCode: errorCode(error === undefined || unstable ? 'NONE' : error),
    topics: topics.map((name) => ({
      name,
      partitions: of
        .filter(({ topic }) => topic === name)
        .map(({ partition }) => {
          const found =
            answer.error === undefined
              ? answer.offsets.find((each) => each.topic === name && each.partition === partition)
              : undefined;
          // Before version 2 there is no place for an error but here.
          const own = unstable || header.apiVersion < 2 ? (error ?? 'NONE') : 'NONE';
          return {
            partitionIndex: partition,
            committedOffset: found?.offset ?? -1,
            committedLeaderEpoch: -1,
            metadata: found?.metadata ?? '',
            errorCode: errorCode(own),
          };
        }),
    })),
  };
});

function placesOf(session: KafkaSession, { groupId, topics }: OffsetFetchRequest): readonly Place[] {
  if (topics === null) return session.endpoint.log.groups.coordinators.of(groupId).offsets.all;
  return topics.flatMap(({ name: topic, partitionIndexes }) =>
    partitionIndexes.map((partition) => ({ topic, partition })),
  );
}

export const offsetHandlers: readonly Handles[] = [onListOffsets, onOffsetForLeaderEpoch, onOffsetFetch];
