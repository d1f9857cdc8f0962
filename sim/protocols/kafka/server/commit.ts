/**
 * OffsetCommit: an operation of the delivery that it is about. Clients commit in a loop of their own, when the code for a record has
 * long returned: such a commit belongs to the last record that it covers.
 */
import { printName } from '../../../faults/words.ts';
import type { Moment } from '../../../kernel/context.ts';
import type { GroupError, OffsetOf } from '../../../brokers/log/group/protocol.ts';
import { type ErrorName, errorCode } from '../error-codes.ts';
import { offsetCommit, type OffsetCommitRequest, type OffsetCommitResponse } from '../messages/offset-commit.ts';
import type { Exchange } from './exchange.ts';
import { type Handles, on } from './on.ts';
import { operateOn } from './operation.ts';

/** `offset.metadata.max.bytes` */
const METADATA_MAX = 4096;

type Asked = Exchange<OffsetCommitResponse>;
type Place = OffsetCommitRequest['topics'][number]['partitions'][number];

function onCommit(exchange: Asked, request: OffsetCommitRequest): void {
  const { session } = exchange;
  const { log, deliveries } = session.endpoint;
  const { groupId } = request;
  const offsets = offsetsOf(request);
  const covered = deliveries.covered(session.process, groupId, offsets);
  // Code that commits while it is at a record says by itself which one.
  const moment = exchange.moment.ref.at === 'delivery' ? exchange.moment : (covered?.moment ?? exchange.moment);
  operateOn<OffsetCommitResponse>(exchange, {
    phrase: `offset commit on ${printName(log.name)}`,
    class: 'offsets',
    touches: offsets.map(({ topic, partition }) => `${log.name}.${topic}/${partition}@${groupId}`).join(' '),
    moment,
    effect: (answer) => answer.ok(commit(exchange, request, moment)),
    failed: () => responseTo(request, () => 'COORDINATOR_NOT_AVAILABLE'),
  });
}

function commit(exchange: Asked, request: OffsetCommitRequest, moment: Moment): OffsetCommitResponse {
  const { session } = exchange;
  const { endpoint, process, node } = session;
  const { log, members, deliveries } = endpoint;
  const { groupId, memberId, generationId: generation, groupInstanceId } = request;
  if (groupId === '') return responseTo(request, () => 'INVALID_GROUP_ID');
  const isThere = ({ topic, partition }: OffsetOf): boolean => log.cluster.partition(topic, partition) !== undefined;
  const offsets = offsetsOf(request).filter((one) => isThere(one) && (one.metadata?.length ?? 0) <= METADATA_MAX);
  const by = { process: process.label, member: memberId, generation, causes: moment.causes };
  const asking = {
    memberId,
    offsets,
    generation,
    isAsSaid: true,
    ...(groupInstanceId !== null && { instanceId: groupInstanceId }),
    ...(node !== undefined && { node }),
  };
  const { error } = log.groups.commit(groupId, by, (coordinator) => coordinator.commit(asking));
  if (error === undefined) {
    if (memberId !== '') members.heard(process, groupId, memberId);
    deliveries.committed(process, groupId, offsets);
  } else {
    refused(exchange, request, offsets, { error, moment });
    members.refused(groupId, memberId, error);
  }
  return responseTo(request, (topic, { partitionIndex, committedMetadata }) => {
    if (!isThere({ topic, partition: partitionIndex, offset: 0 })) return 'UNKNOWN_TOPIC_OR_PARTITION';
    if ((committedMetadata?.length ?? 0) > METADATA_MAX) return 'OFFSET_METADATA_TOO_LARGE';
    return error ?? 'NONE';
  });
}

function refused(
  { session }: Asked,
  { groupId: group, memberId: member, generationId: generation }: OffsetCommitRequest,
  offsets: readonly OffsetOf[],
  { error, moment }: { readonly error: GroupError; readonly moment: Moment },
): void {
  const { endpoint, process } = session;
  for (const { topic, partition, offset } of offsets) {
    const value = { group, topic, partition, offset, generation, member };
    endpoint.log.note(process.label, 'offsetsRefused', topic, value, { error }, moment.causes);
  }
}

function offsetsOf({ topics }: OffsetCommitRequest): readonly OffsetOf[] {
  return topics.flatMap(({ name: topic, partitions }) =>
    partitions.map(({ partitionIndex: partition, committedOffset: offset, committedMetadata: metadata }) => {
      return { topic, partition, offset, ...(metadata !== null && metadata !== '' && { metadata }) };
    }),
  );
}

function responseTo(
  { topics }: OffsetCommitRequest,
  errorOf: (topic: string, place: Place) => ErrorName,
): OffsetCommitResponse {
  return {
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((place) => {
        return { partitionIndex: place.partitionIndex, errorCode: errorCode(errorOf(name, place)) };
      }),
    })),
  };
}

export const commitHandlers: readonly Handles[] = [on(offsetCommit, onCommit)];
