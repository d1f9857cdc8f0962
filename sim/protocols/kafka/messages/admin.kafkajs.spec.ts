/** Topics, settings and groups, as kafkajs' admin client manages them. */
import { agreesWithKafkajs, THROTTLE_MS } from '../kafkajs.fixture.ts';
import { alterConfigs } from './alter-configs.ts';
import { createTopics } from './create-topics.ts';
import { describeConfigs } from './describe-configs.ts';
import { describeGroups } from './describe-groups.ts';
import { deleteGroups, listGroups } from './group-admin.ts';
import { deleteRecords } from './log-admin.ts';
import { createPartitions, deleteTopics } from './topic-admin.ts';

agreesWithKafkajs({
  api: describeGroups,
  args: { groupIds: ['billing', 'audit'] },
  request: () => ({ groups: ['billing', 'audit'], includeAuthorizedOperations: false }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    groups: [
      {
        errorCode: 16,
        groupId: 'billing',
        groupState: 'Stable',
        protocolType: 'consumer',
        protocolData: 'RoundRobinAssigner',
        members: [
          {
            memberId: 'm-1',
            groupInstanceId: 'host-1',
            clientId: 'client',
            clientHost: '/127.0.0.1',
            memberMetadata: Buffer.from([1, 2]),
            memberAssignment: Buffer.from([3]),
          },
        ],
        authorizedOperations: 0,
      },
    ],
  }),
  decoded: () => ({
    groups: [
      {
        errorCode: 16,
        groupId: 'billing',
        state: 'Stable',
        protocolType: 'consumer',
        protocol: 'RoundRobinAssigner',
        members: [
          {
            memberId: 'm-1',
            clientId: 'client',
            clientHost: '/127.0.0.1',
            memberMetadata: Buffer.from([1, 2]),
            memberAssignment: Buffer.from([3]),
          },
        ],
      },
    ],
  }),
});

agreesWithKafkajs({
  api: listGroups,
  args: {},
  request: () => ({ statesFilter: [] }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    errorCode: 15,
    groups: [{ groupId: 'billing', protocolType: 'consumer', groupState: 'Stable' }],
  }),
  decoded: () => ({ errorCode: 15, groups: [{ groupId: 'billing', protocolType: 'consumer' }] }),
});

agreesWithKafkajs({
  api: deleteGroups,
  args: ['billing', 'audit'],
  request: () => ({ groupsNames: ['billing', 'audit'] }),
  response: () => ({ throttleTimeMs: THROTTLE_MS, results: [{ groupId: 'billing', errorCode: 68 }] }),
  decoded: () => ({ throttleTimeMs: THROTTLE_MS, results: [{ groupId: 'billing', errorCode: 68 }] }),
});

agreesWithKafkajs({
  api: createTopics,
  args: {
    timeout: 3000,
    validateOnly: true,
    topics: [
      {
        topic: 'orders',
        numPartitions: 6,
        replicationFactor: 3,
        replicaAssignment: [{ partition: 2, replicas: [1, 2] }],
        configEntries: [{ name: 'cleanup.policy', value: 'compact' }],
      },
      { topic: 'bills' },
    ],
  },
  request: () => ({
    topics: [
      {
        name: 'orders',
        numPartitions: 6,
        replicationFactor: 3,
        assignments: [{ partitionIndex: 2, brokerIds: [1, 2] }],
        configs: [{ name: 'cleanup.policy', value: 'compact' }],
      },
      { name: 'bills', numPartitions: -1, replicationFactor: -1, assignments: [], configs: [] },
    ],
    timeoutMs: 3000,
    validateOnly: true,
  }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    topics: [
      {
        name: 'orders',
        errorCode: 36,
        errorMessage: 'it is there',
        topicConfigErrorCode: 0,
        numPartitions: 6,
        replicationFactor: 3,
        configs: null,
      },
    ],
  }),
  decoded: () => ({ topicErrors: [{ topic: 'orders', errorCode: 36, errorMessage: 'it is there' }] }),
});

agreesWithKafkajs({
  api: deleteTopics,
  args: { topics: ['orders', 'bills'], timeout: 3000 },
  request: () => ({ topicNames: ['orders', 'bills'], timeoutMs: 3000 }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    responses: [{ name: 'orders', errorCode: 3, errorMessage: 'there is none' }],
  }),
  decoded: () => ({ topicErrors: [{ topic: 'orders', errorCode: 3 }] }),
});

agreesWithKafkajs({
  api: deleteRecords,
  args: { topics: [{ topic: 'orders', partitions: [{ partition: 2, offset: '43' }] }], timeout: 3000 },
  request: () => ({ topics: [{ name: 'orders', partitions: [{ partitionIndex: 2, offset: 43 }] }], timeoutMs: 3000 }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    topics: [{ name: 'orders', partitions: [{ partitionIndex: 2, lowWatermark: 43, errorCode: 1 }] }],
  }),
  decoded: () => ({ topics: [{ topic: 'orders', partitions: [{ partition: 2, lowWatermark: '43', errorCode: 1 }] }] }),
});

agreesWithKafkajs({
  api: createPartitions,
  args: {
    topicPartitions: [
      { topic: 'orders', count: 8, assignments: [[1, 2], [2]] },
      { topic: 'bills', count: 2 },
    ],
    timeout: 3000,
    validateOnly: true,
  },
  request: () => ({
    topics: [
      { name: 'orders', count: 8, assignments: [{ brokerIds: [1, 2] }, { brokerIds: [2] }] },
      { name: 'bills', count: 2, assignments: null },
    ],
    timeoutMs: 3000,
    validateOnly: true,
  }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    results: [{ name: 'orders', errorCode: 37, errorMessage: 'fewer' }],
  }),
  decoded: () => ({ topicErrors: [{ topic: 'orders', errorCode: 37, errorMessage: 'fewer' }] }),
});

agreesWithKafkajs({
  api: describeConfigs,
  args: {
    resources: [
      { type: 2, name: 'orders', configNames: ['retention.ms'] },
      { type: 4, name: '1' },
    ],
    includeSynonyms: true,
  },
  request: () => ({
    resources: [
      { resourceType: 2, resourceName: 'orders', configurationKeys: ['retention.ms'] },
      { resourceType: 4, resourceName: '1', configurationKeys: null },
    ],
    includeSynonyms: true,
    includeDocumentation: false,
  }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    results: [
      {
        errorCode: 29,
        errorMessage: 'not you',
        resourceType: 2,
        resourceName: 'orders',
        configs: [
          {
            name: 'retention.ms',
            value: '1000',
            readOnly: true,
            isDefault: true,
            configSource: 5,
            isSensitive: false,
            synonyms: [{ name: 'log.retention.ms', value: null, source: 4 }],
            configType: 5,
            documentation: null,
          },
        ],
      },
    ],
  }),
  decoded: () => ({
    resources: [
      {
        errorCode: 29,
        errorMessage: 'not you',
        resourceType: 2,
        resourceName: 'orders',
        configEntries: [
          {
            configName: 'retention.ms',
            configValue: '1000',
            readOnly: true,
            isDefault: true,
            configSource: 5,
            isSensitive: false,
            configSynonyms: [{ configName: 'log.retention.ms', configValue: null, configSource: 4 }],
          },
        ],
      },
    ],
  }),
});

agreesWithKafkajs({
  api: alterConfigs,
  args: {
    resources: [{ type: 2, name: 'orders', configEntries: [{ name: 'retention.ms', value: '1000' }] }],
    validateOnly: true,
  },
  request: () => ({
    resources: [{ resourceType: 2, resourceName: 'orders', configs: [{ name: 'retention.ms', value: '1000' }] }],
    validateOnly: true,
  }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    responses: [{ errorCode: 40, errorMessage: 'no such setting', resourceType: 2, resourceName: 'orders' }],
  }),
  decoded: () => ({
    resources: [{ errorCode: 40, errorMessage: 'no such setting', resourceType: 2, resourceName: 'orders' }],
  }),
});
