/** All requests that are understood, in the order of their keys. */
import type { Api } from './api.ts';
import { createAcls, deleteAcls, describeAcls } from './messages/acls.ts';
import { alterConfigs, incrementalAlterConfigs } from './messages/alter-configs.ts';
import { type SupportedApi, apiVersions } from './messages/api-versions.ts';
import { createTopics } from './messages/create-topics.ts';
import { describeConfigs } from './messages/describe-configs.ts';
import { describeGroups } from './messages/describe-groups.ts';
import { fetch } from './messages/fetch.ts';
import { findCoordinator } from './messages/find-coordinator.ts';
import { deleteGroups, listGroups } from './messages/group-admin.ts';
import { joinGroup } from './messages/join-group.ts';
import { listOffsets } from './messages/list-offsets.ts';
import { deleteRecords, offsetForLeaderEpoch } from './messages/log-admin.ts';
import { heartbeat, leaveGroup } from './messages/membership.ts';
import { metadata } from './messages/metadata.ts';
import { offsetCommit } from './messages/offset-commit.ts';
import { offsetFetch } from './messages/offset-fetch.ts';
import { produce } from './messages/produce.ts';
import { alterPartitionReassignments, electLeaders, listPartitionReassignments } from './messages/replica-admin.ts';
import { saslAuthenticate, saslHandshake } from './messages/sasl.ts';
import { syncGroup } from './messages/sync-group.ts';
import { createPartitions, deleteTopics } from './messages/topic-admin.ts';
import { addOffsetsToTxn, addPartitionsToTxn, endTxn, initProducerId } from './messages/transactions.ts';
import { txnOffsetCommit } from './messages/txn-offset-commit.ts';

export const APIS: readonly Api<unknown, unknown>[] = [
  produce,
  fetch,
  listOffsets,
  metadata,
  offsetCommit,
  offsetFetch,
  findCoordinator,
  joinGroup,
  heartbeat,
  leaveGroup,
  syncGroup,
  describeGroups,
  listGroups,
  saslHandshake,
  apiVersions,
  createTopics,
  deleteTopics,
  deleteRecords,
  initProducerId,
  offsetForLeaderEpoch,
  addPartitionsToTxn,
  addOffsetsToTxn,
  endTxn,
  txnOffsetCommit,
  describeAcls,
  createAcls,
  deleteAcls,
  describeConfigs,
  alterConfigs,
  saslAuthenticate,
  createPartitions,
  deleteGroups,
  electLeaders,
  incrementalAlterConfigs,
  alterPartitionReassignments,
  listPartitionReassignments,
];

const BY_KEY: ReadonlyMap<number, Api<unknown, unknown>> = new Map(APIS.map((api) => [api.key, api]));

export function apiOf(key: number): Api<unknown, unknown> | undefined {
  return BY_KEY.get(key);
}

/** As ApiVersions tells them. */
export function supportedApis(): readonly SupportedApi[] {
  return APIS.map(({ key, versions }) => ({ apiKey: key, minVersion: versions.min, maxVersion: versions.max }));
}
