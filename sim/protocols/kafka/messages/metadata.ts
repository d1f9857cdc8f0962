/** Brokers, topics, partitions and who leads them. Source: MetadataRequest.json, MetadataResponse.json. */
import type { Api } from '../api.ts';
import { array, boolean, int16, int32, nullable, since, string, struct } from '../schema/types.ts';

export interface MetadataRequest {
  /** Null: all topics. Version 0 cannot say so, and means it by none. */
  readonly topics: readonly MetadataRequestTopic[] | null;
  readonly allowAutoTopicCreation: boolean;
  readonly includeClusterAuthorizedOperations: boolean;
  readonly includeTopicAuthorizedOperations: boolean;
}

interface MetadataRequestTopic {
  readonly name: string;
}

export interface MetadataResponse {
  readonly throttleTimeMs: number;
  readonly brokers: readonly MetadataBroker[];
  readonly clusterId: string | null;
  readonly controllerId: number;
  readonly topics: readonly MetadataTopic[];
  /** A bit for each operation, or the least int32: nobody asked. */
  readonly clusterAuthorizedOperations: number;
}

interface MetadataBroker {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
}

interface MetadataTopic {
  readonly errorCode: number;
  readonly name: string;
  readonly isInternal: boolean;
  readonly partitions: readonly MetadataPartition[];
  readonly topicAuthorizedOperations: number;
}

interface MetadataPartition {
  readonly errorCode: number;
  readonly partitionIndex: number;
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly replicaNodes: readonly number[];
  readonly isrNodes: readonly number[];
  readonly offlineReplicas: readonly number[];
}

const NOBODY_ASKED = -2_147_483_648;

/** Later versions know topics by ids. */
export const metadata: Api<MetadataRequest, MetadataResponse> = {
  name: 'Metadata',
  key: 3,
  versions: { min: 0, max: 9 },
  flexibleFrom: 9,
  request: struct<MetadataRequest>({
    topics: nullable(array(struct<MetadataRequestTopic>({ name: string })), 1),
    allowAutoTopicCreation: since(4, boolean, true),
    includeClusterAuthorizedOperations: since(8, boolean),
    includeTopicAuthorizedOperations: since(8, boolean),
  }),
  response: struct<MetadataResponse>({
    throttleTimeMs: since(3, int32),
    brokers: array(
      struct<MetadataBroker>({ nodeId: int32, host: string, port: int32, rack: since(1, nullable(string)) }),
    ),
    clusterId: since(2, nullable(string)),
    controllerId: since(1, int32, -1),
    topics: array(
      struct<MetadataTopic>({
        errorCode: int16,
        name: string,
        isInternal: since(1, boolean),
        partitions: array(
          struct<MetadataPartition>({
            errorCode: int16,
            partitionIndex: int32,
            leaderId: int32,
            leaderEpoch: since(7, int32, -1),
            replicaNodes: array(int32),
            isrNodes: array(int32),
            offlineReplicas: since(5, array(int32)),
          }),
        ),
        topicAuthorizedOperations: since(8, int32, NOBODY_ASKED),
      }),
    ),
    clusterAuthorizedOperations: since(8, int32, NOBODY_ASKED),
  }),
};
