/** Groups, their offsets and metadata, as kafkajs speaks them. */
import { agreesWithKafkajs, THROTTLE_MS } from '../kafkajs.fixture.ts';
import { apiVersions } from './api-versions.ts';
import { findCoordinator } from './find-coordinator.ts';
import { joinGroup } from './join-group.ts';
import { heartbeat, leaveGroup } from './membership.ts';
import { metadata } from './metadata.ts';
import { offsetCommit } from './offset-commit.ts';
import { offsetFetch } from './offset-fetch.ts';
import { syncGroup } from './sync-group.ts';

agreesWithKafkajs({
  api: metadata,
  args: { topics: ['orders', 'bills'], allowAutoTopicCreation: true },
  request: () => ({
    topics: [{ name: 'orders' }, { name: 'bills' }],
    allowAutoTopicCreation: true,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
  }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    brokers: [
      { nodeId: 1, host: 'log-1', port: 9092, rack: 'a' },
      { nodeId: 2, host: 'log-2', port: 9093, rack: null },
    ],
    clusterId: 'cluster',
    controllerId: 2,
    topics: [
      {
        errorCode: 5,
        name: 'orders',
        isInternal: false,
        partitions: [
          {
            errorCode: 9,
            partitionIndex: 3,
            leaderId: 1,
            leaderEpoch: 4,
            replicaNodes: [1, 2],
            isrNodes: [1],
            offlineReplicas: [2],
          },
        ],
        topicAuthorizedOperations: 0,
      },
    ],
    clusterAuthorizedOperations: 0,
  }),
  decoded: () => ({
    brokers: [
      { nodeId: 1, host: 'log-1', port: 9092, rack: 'a' },
      { nodeId: 2, host: 'log-2', port: 9093, rack: null },
    ],
    clusterId: 'cluster',
    controllerId: 2,
    topicMetadata: [
      {
        topicErrorCode: 5,
        topic: 'orders',
        isInternal: false,
        partitionMetadata: [
          { partitionErrorCode: 9, partitionId: 3, leader: 1, replicas: [1, 2], isr: [1], offlineReplicas: [2] },
        ],
      },
    ],
  }),
});

agreesWithKafkajs({
  api: offsetCommit,
  args: {
    groupId: 'billing',
    groupGenerationId: 5,
    memberId: 'm-1',
    retentionTime: 86_400_000,
    topics: [
      { topic: 'orders', partitions: [{ partition: 2, offset: '43', timestamp: 1_700_000_000_000, metadata: 'x' }] },
    ],
  },
  request: () => ({
    groupId: 'billing',
    generationId: 5,
    memberId: 'm-1',
    groupInstanceId: null,
    retentionTimeMs: 86_400_000,
    topics: [
      {
        name: 'orders',
        partitions: [
          {
            partitionIndex: 2,
            committedOffset: 43,
            committedLeaderEpoch: -1,
            commitTimestamp: 1_700_000_000_000,
            committedMetadata: 'x',
          },
        ],
      },
    ],
  }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    topics: [{ name: 'orders', partitions: [{ partitionIndex: 2, errorCode: 22 }] }],
  }),
  decoded: () => ({ responses: [{ topic: 'orders', partitions: [{ partition: 2, errorCode: 22 }] }] }),
});

agreesWithKafkajs({
  api: offsetFetch,
  args: { groupId: 'billing', topics: [{ topic: 'orders', partitions: [{ partition: 2 }, { partition: 0 }] }] },
  request: () => ({
    groupId: 'billing',
    topics: [{ name: 'orders', partitionIndexes: [2, 0] }],
    requireStable: false,
  }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    topics: [
      {
        name: 'orders',
        partitions: [
          { partitionIndex: 2, committedOffset: 43, committedLeaderEpoch: 1, metadata: null, errorCode: 3 },
          { partitionIndex: 0, committedOffset: -1, committedLeaderEpoch: -1, metadata: 'kept', errorCode: 0 },
        ],
      },
    ],
    errorCode: 16,
  }),
  decoded: () => ({
    responses: [
      {
        topic: 'orders',
        partitions: [
          { partition: 2, offset: '43', metadata: null, errorCode: 3 },
          { partition: 0, offset: '-1', metadata: 'kept', errorCode: 0 },
        ],
      },
    ],
    errorCode: 16,
  }),
});

agreesWithKafkajs({
  api: findCoordinator,
  name: 'GroupCoordinator',
  args: { groupId: 'billing-tx', coordinatorType: 1 },
  request: () => ({ key: 'billing-tx', keyType: 1 }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    errorCode: 15,
    errorMessage: 'none yet',
    nodeId: -1,
    host: 'log-1',
    port: 9092,
  }),
  decoded: () => ({ errorCode: 15, errorMessage: 'none yet', coordinator: { nodeId: -1, host: 'log-1', port: 9092 } }),
});

agreesWithKafkajs({
  api: joinGroup,
  args: {
    groupId: 'billing',
    sessionTimeout: 30_000,
    rebalanceTimeout: 60_000,
    memberId: 'm-1',
    groupInstanceId: 'host-1',
    protocolType: 'consumer',
    groupProtocols: [{ name: 'RoundRobinAssigner', metadata: Buffer.from([0, 1, 2]) }],
  },
  request: () => ({
    groupId: 'billing',
    sessionTimeoutMs: 30_000,
    rebalanceTimeoutMs: 60_000,
    memberId: 'm-1',
    groupInstanceId: 'host-1',
    protocolType: 'consumer',
    protocols: [{ name: 'RoundRobinAssigner', metadata: Buffer.from([0, 1, 2]) }],
    reason: null,
  }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    errorCode: 79,
    generationId: 5,
    protocolType: null,
    protocolName: 'RoundRobinAssigner',
    leader: 'm-1',
    skipAssignment: false,
    memberId: 'm-2',
    members: [{ memberId: 'm-1', groupInstanceId: 'host-1', metadata: Buffer.from([3, 4]) }],
  }),
  decoded: () => ({
    errorCode: 79,
    generationId: 5,
    groupProtocol: 'RoundRobinAssigner',
    leaderId: 'm-1',
    memberId: 'm-2',
    members: [{ memberId: 'm-1', groupInstanceId: 'host-1', memberMetadata: Buffer.from([3, 4]) }],
  }),
});

agreesWithKafkajs({
  api: heartbeat,
  args: { groupId: 'billing', groupGenerationId: 5, memberId: 'm-1', groupInstanceId: 'host-1' },
  request: () => ({ groupId: 'billing', generationId: 5, memberId: 'm-1', groupInstanceId: 'host-1' }),
  response: () => ({ throttleTimeMs: THROTTLE_MS, errorCode: 27 }),
  decoded: () => ({ errorCode: 27 }),
});

agreesWithKafkajs({
  api: leaveGroup,
  args: { groupId: 'billing', memberId: 'm-1', groupInstanceId: 'host-1' },
  request: () => ({
    groupId: 'billing',
    memberId: 'm-1',
    members: [{ memberId: 'm-1', groupInstanceId: 'host-1', reason: null }],
  }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    errorCode: 25,
    members: [{ memberId: 'm-1', groupInstanceId: 'host-1', errorCode: 82 }],
  }),
  decoded: () => ({ errorCode: 25, members: [{ memberId: 'm-1', groupInstanceId: 'host-1', errorCode: 82 }] }),
});

agreesWithKafkajs({
  api: syncGroup,
  args: {
    groupId: 'billing',
    generationId: 5,
    memberId: 'm-1',
    groupInstanceId: 'host-1',
    groupAssignment: [{ memberId: 'm-1', memberAssignment: Buffer.from([0, 1]) }],
  },
  request: () => ({
    groupId: 'billing',
    generationId: 5,
    memberId: 'm-1',
    groupInstanceId: 'host-1',
    protocolType: null,
    protocolName: null,
    assignments: [{ memberId: 'm-1', assignment: Buffer.from([0, 1]) }],
  }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    errorCode: 27,
    protocolType: null,
    protocolName: null,
    assignment: Buffer.from([0, 1]),
  }),
  decoded: () => ({ errorCode: 27, memberAssignment: Buffer.from([0, 1]) }),
});

agreesWithKafkajs({
  api: apiVersions,
  args: {},
  request: () => ({ clientSoftwareName: '', clientSoftwareVersion: '' }),
  response: () => ({
    errorCode: 42,
    apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 3 }],
    throttleTimeMs: THROTTLE_MS,
    supportedFeatures: [],
    finalizedFeaturesEpoch: -1,
    finalizedFeatures: [],
    zkMigrationReady: false,
  }),
  decoded: () => ({ errorCode: 42, apiVersions: [{ apiKey: 18, minVersion: 0, maxVersion: 3 }] }),
});
