/** Topics that clients make, delete and extend; records that they delete. */
import { TOO_MANY_PARTITIONS } from '../../../brokers/log/administration.ts';
import { isRefused } from '../../../brokers/log/kafka-error.ts';
import { PARTITIONS_MAX } from '../../../brokers/log/topic.ts';
import { dropRemoved } from '../../../brokers/log/faults/removal.ts';
import { errorCode, type ErrorName } from '../error-codes.ts';
import { createTopics, type CreateTopicsRequest, type CreateTopicsResponse } from '../messages/create-topics.ts';
import { deleteRecords } from '../messages/log-admin.ts';
import { createPartitions, deleteTopics } from '../messages/topic-admin.ts';
import type { KafkaEndpoint } from './endpoint.ts';
import { type Handles, replies } from './on.ts';

type NewTopic = CreateTopicsRequest['topics'][number];
type CreatedTopic = CreateTopicsResponse['topics'][number];

const onCreateTopics = replies(createTopics, ({ topics, validateOnly }, { session }): CreateTopicsResponse => {
  const { endpoint } = session;
  const names = topics.map(({ name }) => name);
  const isTwice = (name: string): boolean => names.indexOf(name) !== names.lastIndexOf(name);
  const asked = topics.map(({ numPartitions, assignments }) => assignments.length || Math.max(1, numPartitions));
  if (asked.reduce((sum, each) => sum + each, 0) > PARTITIONS_MAX) {
    const { error, says } = TOO_MANY_PARTITIONS;
    return { throttleTimeMs: 0, topics: names.map((name) => created(name, error, says)) };
  }
  return {
    throttleTimeMs: 0,
    topics: topics.map((topic) =>
      isTwice(topic.name)
        ? created(topic.name, 'INVALID_REQUEST', 'Duplicate topic name.')
        : create(endpoint, topic, validateOnly),
    ),
  };
});

function create(endpoint: KafkaEndpoint, topic: NewTopic, isOnlyAsked: boolean): CreatedTopic {
  const { name, numPartitions: partitions, replicationFactor: replicas, assignments, configs } = topic;
  const byPartition = assignments.toSorted((a, b) => a.partitionIndex - b.partitionIndex);
  if (byPartition.some(({ partitionIndex }, n) => partitionIndex !== n)) {
    return created(name, 'INVALID_REPLICA_ASSIGNMENT', 'Partitions should be a consecutive 0-based integer sequence.');
  }
  const assignment = byPartition.map(({ brokerIds }) => brokerIds);
  const config = Object.fromEntries(configs.map((each) => [each.name, each.value]));
  const made = endpoint.admin.createTopic({ name, partitions, replicas, assignment, config }, isOnlyAsked);
  if (isRefused(made)) return created(name, made.error, made.says);
  if (!isOnlyAsked) endpoint.noteTopic('topicCreated', name, { partitions: made.partitions });
  return { ...created(name, 'NONE', null), numPartitions: made.partitions, replicationFactor: made.replicas };
}

function created(name: string, error: ErrorName, errorMessage: string | null): CreatedTopic {
  const none = { topicConfigErrorCode: 0, numPartitions: -1, replicationFactor: -1, configs: [] };
  return { name, errorCode: errorCode(error), errorMessage, ...none };
}

const onDeleteTopics = replies(deleteTopics, ({ topicNames }, { session }) => {
  const { endpoint } = session;
  return {
    throttleTimeMs: 0,
    responses: topicNames.map((name) => {
      const refused = endpoint.admin.deleteTopic(name);
      if (!refused) endpoint.noteTopic('topicDeleted', name);
      return { name, errorCode: errorCode(refused?.error ?? 'NONE'), errorMessage: null };
    }),
  };
});

const onCreatePartitions = replies(createPartitions, ({ topics, validateOnly }, { session }) => {
  const { endpoint } = session;
  return {
    throttleTimeMs: 0,
    results: topics.map(({ name, count, assignments }) => {
      const from = endpoint.log.cluster.topic(name)?.partitions.length;
      const assignment = assignments?.map(({ brokerIds }) => brokerIds);
      const o = { isOnlyAsked: validateOnly, ...(assignment && { assignment }) };
      const refused = endpoint.admin.createPartitions(name, count, o);
      if (!refused && !validateOnly) {
        endpoint.noteTopic('partitionsAdded', name, { from, to: count });
        endpoint.log.groups.grown(name);
      }
      return { name, errorCode: errorCode(refused?.error ?? 'NONE'), errorMessage: refused?.says ?? null };
    }),
  };
});

const onDeleteRecords = replies(deleteRecords, ({ topics }, { session }) => {
  const { endpoint, node } = session;
  return {
    throttleTimeMs: 0,
    topics: topics.map(({ name: topic, partitions }) => ({
      name: topic,
      partitions: partitions.map(({ partitionIndex: partition, offset }) => {
        const cut = endpoint.admin.deleteRecords(topic, partition, offset, node);
        const lowWatermark = isRefused(cut) ? -1 : cut.to;
        if (!isRefused(cut)) dropRemoved(endpoint.log, { topic, partition }, cut, 'deleted');
        return { partitionIndex: partition, lowWatermark, errorCode: errorCode(isRefused(cut) ? cut.error : 'NONE') };
      }),
    })),
  };
});

export const topicAdminHandlers: readonly Handles[] = [
  onCreateTopics,
  onDeleteTopics,
  onCreatePartitions,
  onDeleteRecords,
];
