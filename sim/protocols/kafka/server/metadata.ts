/** What clients ask to find their way: versions, brokers, partitions and who leads them, coordinators. */
import type { Topic } from '../../../brokers/log/topic.ts';
import type { Api } from '../api.ts';
import { type ErrorName, errorCode } from '../error-codes.ts';
import { apiVersions, type ApiVersionsResponse } from '../messages/api-versions.ts';
import { findCoordinator } from '../messages/find-coordinator.ts';
import { metadata, type MetadataResponse } from '../messages/metadata.ts';
import type { KafkaEndpoint } from './endpoint.ts';
import { type Handles, replies } from './on.ts';

const CLUSTER_ID = 'eddy-log-cluster-00000';
const NOBODY = -1;
const UNKNOWN = -2_147_483_648;
const GROUP = 0;
const TRANSACTIONAL_ID = 1;

type TopicMetadata = MetadataResponse['topics'][number];

const onMetadata = replies(metadata, ({ topics, allowAutoTopicCreation }, { session, header }): MetadataResponse => {
  const { endpoint } = session;
  const { cluster } = endpoint.log;
  // Version 0 knows no other way to ask for all.
  const wantsAll = topics === null || (header.apiVersion === 0 && topics.length === 0);
  const names = wantsAll ? [...cluster.topics].map(({ name }) => name) : topics.map(({ name }) => name);
  return {
    throttleTimeMs: 0,
    brokers: endpoint.nodes.map((nodeId) => ({ nodeId, ...endpoint.options.addressOf(nodeId), rack: null })),
    clusterId: CLUSTER_ID,
    controllerId: 0,
    topics: names.map((name) => topicOf(endpoint, name, allowAutoTopicCreation)),
    clusterAuthorizedOperations: UNKNOWN,
  };
});

function topicOf(endpoint: KafkaEndpoint, name: string, mayBeMade: boolean): TopicMetadata {
  const topic = endpoint.log.cluster.topic(name);
  if (topic) return described(topic, endpoint.nodes);
  const isMade = mayBeMade && endpoint.options.autoCreate !== false;
  if (!isMade) return missing(name, 'UNKNOWN_TOPIC_OR_PARTITION');
  const refused = endpoint.admin.autoCreate(name);
  if (refused) return missing(name, refused.error);
  endpoint.noteTopic('topicCreated', name);
  // It is there from the next request on.
  return missing(name, 'LEADER_NOT_AVAILABLE');
}

function missing(name: string, error: ErrorName): TopicMetadata {
  return { errorCode: errorCode(error), name, isInternal: false, partitions: [], topicAuthorizedOperations: UNKNOWN };
}

function described({ name, partitions }: Topic, nodes: readonly number[]): TopicMetadata {
  return {
    errorCode: errorCode('NONE'),
    name,
    isInternal: false,
    partitions: partitions.map(({ leader, epoch, isr, o }, partitionIndex) => ({
      errorCode: errorCode(leader ? 'NONE' : 'LEADER_NOT_AVAILABLE'),
      partitionIndex,
      leaderId: leader?.node ?? NOBODY,
      leaderEpoch: epoch,
      replicaNodes: o.nodes,
      isrNodes: isr,
      offlineReplicas: o.nodes.filter((node) => !nodes.includes(node)),
    })),
    topicAuthorizedOperations: UNKNOWN,
  };
}

const onFindCoordinator = replies(findCoordinator, ({ key, keyType }, { session }) => {
  const { endpoint } = session;
  const none = (error: ErrorName) => {
    const nobody = { nodeId: NOBODY, host: '', port: NOBODY };
    return { throttleTimeMs: 0, errorCode: errorCode(error), errorMessage: error, ...nobody };
  };
  if (keyType !== GROUP && keyType !== TRANSACTIONAL_ID) return none('INVALID_REQUEST');
  if (key === '' && keyType === GROUP) return none('INVALID_GROUP_ID');
  const nodeId = keyType === GROUP ? endpoint.log.groups.coordinators.find(key).node : endpoint.transactionNode(key);
  const found = { nodeId, ...endpoint.options.addressOf(nodeId) };
  return { throttleTimeMs: 0, errorCode: errorCode('NONE'), errorMessage: null, ...found };
});

/** @param apis those that are answered */
export function metadataHandlers(apis: () => readonly Api<never, never>[]): readonly Handles[] {
  const onApiVersions = replies(apiVersions, (): ApiVersionsResponse => {
    return {
      errorCode: errorCode('NONE'),
      apiKeys: apis().map(({ key, versions }) => ({ apiKey: key, minVersion: versions.min, maxVersion: versions.max })),
      throttleTimeMs: 0,
      supportedFeatures: [],
      finalizedFeaturesEpoch: -1,
      finalizedFeatures: [],
      zkMigrationReady: false,
    };
  });
  return [onApiVersions, onMetadata, onFindCoordinator];
}
