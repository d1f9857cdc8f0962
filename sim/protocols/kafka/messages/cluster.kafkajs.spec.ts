/** Access control and moving replicas, as kafkajs' admin client asks for them; and that nothing of kafkajs was left out. */
import { expect, test } from 'vitest';
import { APIS } from '../apis.ts';
import { agreesWithKafkajs, THROTTLE_MS, versionsOfKafkajs } from '../kafkajs.fixture.ts';
import { createAcls, deleteAcls, describeAcls } from './acls.ts';
import { alterPartitionReassignments, listPartitionReassignments } from './replica-admin.ts';

test('every request of kafkajs is understood in every version that it offers', () => {
  const offered = versionsOfKafkajs();
  expect(Object.keys(offered)).toHaveLength(33);
  for (const [key, versions] of Object.entries(offered)) {
    const api = APIS.find((candidate) => candidate.key === Number(key));
    expect(api?.versions.min).toBeLessThanOrEqual(Math.min(...versions));
    expect(api?.versions.max).toBeGreaterThanOrEqual(Math.max(...versions));
  }
});

const rule = { principal: 'User:alice', host: '*', operation: 3, permissionType: 2 };
const filter = {
  resourceTypeFilter: 2,
  resourceNameFilter: 'orders',
  patternTypeFilter: 4,
  principalFilter: 'User:alice',
  hostFilter: null,
  operation: 3,
  permissionType: 2,
};
const asked = {
  resourceType: 2,
  resourceName: 'orders',
  resourcePatternType: 4,
  principal: 'User:alice',
  host: null,
  operation: 3,
  permissionType: 2,
};

agreesWithKafkajs({
  api: describeAcls,
  args: asked,
  request: () => filter,
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    errorCode: 54,
    errorMessage: 'disabled',
    resources: [{ resourceType: 2, resourceName: 'orders', patternType: 4, acls: [rule] }],
  }),
  decoded: () => ({
    errorCode: 54,
    errorMessage: 'disabled',
    resources: [{ resourceType: 2, resourceName: 'orders', resourcePatternType: 4, acls: [rule] }],
  }),
});

const named = { resourceType: 2, resourceName: 'orders', resourcePatternType: 4, ...rule };

agreesWithKafkajs({
  api: createAcls,
  args: { creations: [named] },
  request: () => ({ creations: [named] }),
  response: () => ({ throttleTimeMs: THROTTLE_MS, results: [{ errorCode: 54, errorMessage: 'disabled' }] }),
  decoded: () => ({ creationResponses: [{ errorCode: 54, errorMessage: 'disabled' }] }),
});

agreesWithKafkajs({
  api: deleteAcls,
  args: { filters: [asked] },
  request: () => ({ filters: [filter] }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    filterResults: [
      {
        errorCode: 54,
        errorMessage: 'disabled',
        matchingAcls: [
          { errorCode: 1, errorMessage: null, resourceType: 2, resourceName: 'orders', patternType: 4, ...rule },
        ],
      },
    ],
  }),
  decoded: () => ({
    filterResponses: [
      { errorCode: 54, errorMessage: 'disabled', matchingAcls: [{ errorCode: 1, errorMessage: null, ...named }] },
    ],
  }),
});

agreesWithKafkajs({
  api: alterPartitionReassignments,
  args: { timeout: 3000, topics: [{ topic: 'orders', partitionAssignment: [{ partition: 2, replicas: [1, 2] }] }] },
  request: () => ({
    timeoutMs: 3000,
    topics: [{ name: 'orders', partitions: [{ partitionIndex: 2, replicas: [1, 2] }] }],
  }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    errorCode: 41,
    errorMessage: null,
    responses: [{ name: 'orders', partitions: [{ partitionIndex: 2, errorCode: 39, errorMessage: null }] }],
  }),
  decoded: () => ({ errorCode: 41, responses: [{ topic: 'orders', partitions: [{ partition: 2, errorCode: 39 }] }] }),
  // The partition's sentence, and the tags of partition, topic and whole: a cut reads as none.
  unread: 4,
});

agreesWithKafkajs({
  api: listPartitionReassignments,
  args: { timeout: 3000, topics: [{ topic: 'orders', partitions: [2, 0] }] },
  request: () => ({ timeoutMs: 3000, topics: [{ name: 'orders', partitionIndexes: [2, 0] }] }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    errorCode: 41,
    errorMessage: null,
    topics: [
      {
        name: 'orders',
        partitions: [{ partitionIndex: 2, replicas: [1, 2], addingReplicas: [3], removingReplicas: [1] }],
      },
    ],
  }),
  decoded: () => ({
    errorCode: 41,
    topics: [
      {
        name: 'orders',
        partitions: [{ partition: 2, replicas: [1, 2], addingReplicas: [3], removingReplicas: [1] }],
      },
    ],
  }),
  unread: 3,
});
