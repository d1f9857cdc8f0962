/**
 * Elections on demand, and moving replicas. Source: ElectLeadersRequest.json, AlterPartitionReassignmentsRequest.json,
 * ListPartitionReassignmentsRequest.json and their responses.
 */
import type { Api } from '../api.ts';
import { array, int8, int16, int32, nullable, since, string, struct } from '../schema/types.ts';

export interface ElectLeadersRequest {
  /** 0 the preferred replica, 1 one that may be out of sync. */
  readonly electionType: number;
  /** Null: all partitions. */
  readonly topicPartitions: readonly ElectionTopic[] | null;
  readonly timeoutMs: number;
}

interface ElectionTopic {
  readonly topic: string;
  readonly partitions: readonly number[];
}

export interface ElectLeadersResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly replicaElectionResults: readonly ElectedTopic[];
}

interface ElectedTopic {
  readonly topic: string;
  readonly partitionResult: readonly ElectedPartition[];
}

interface ElectedPartition {
  readonly partitionId: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

export const electLeaders: Api<ElectLeadersRequest, ElectLeadersResponse> = {
  name: 'ElectLeaders',
  key: 43,
  versions: { min: 0, max: 2 },
  flexibleFrom: 2,
  request: struct<ElectLeadersRequest>({
    electionType: since(1, int8),
    topicPartitions: nullable(array(struct<ElectionTopic>({ topic: string, partitions: array(int32) }))),
    timeoutMs: int32,
  }),
  response: struct<ElectLeadersResponse>({
    throttleTimeMs: int32,
    errorCode: since(1, int16),
    replicaElectionResults: array(
      struct<ElectedTopic>({
        topic: string,
        partitionResult: array(
          struct<ElectedPartition>({ partitionId: int32, errorCode: int16, errorMessage: nullable(string) }),
        ),
      }),
    ),
  }),
};

export interface AlterPartitionReassignmentsRequest {
  readonly timeoutMs: number;
  readonly topics: readonly ReassignedTopic[];
}

interface ReassignedTopic {
  readonly name: string;
  readonly partitions: readonly ReassignedPartition[];
}

interface ReassignedPartition {
  readonly partitionIndex: number;
  /** Null: give the move up. */
  readonly replicas: readonly number[] | null;
}

export interface AlterPartitionReassignmentsResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly responses: readonly ReassignmentTopic[];
}

interface ReassignmentTopic {
  readonly name: string;
  readonly partitions: readonly ReassignmentPartition[];
}

interface ReassignmentPartition {
  readonly partitionIndex: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

export const alterPartitionReassignments: Api<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse> =
  {
    name: 'AlterPartitionReassignments',
    key: 45,
    versions: { min: 0, max: 0 },
    flexibleFrom: 0,
    request: struct<AlterPartitionReassignmentsRequest>({
      timeoutMs: int32,
      topics: array(
        struct<ReassignedTopic>({
          name: string,
          partitions: array(struct<ReassignedPartition>({ partitionIndex: int32, replicas: nullable(array(int32)) })),
        }),
      ),
    }),
    response: struct<AlterPartitionReassignmentsResponse>({
      throttleTimeMs: int32,
      errorCode: int16,
      errorMessage: nullable(string),
      responses: array(
        struct<ReassignmentTopic>({
          name: string,
          partitions: array(
            struct<ReassignmentPartition>({ partitionIndex: int32, errorCode: int16, errorMessage: nullable(string) }),
          ),
        }),
      ),
    }),
  };

export interface ListPartitionReassignmentsRequest {
  readonly timeoutMs: number;
  /** Null: all. */
  readonly topics: readonly ListedTopic[] | null;
}

interface ListedTopic {
  readonly name: string;
  readonly partitionIndexes: readonly number[];
}

export interface ListPartitionReassignmentsResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly topics: readonly MovingTopic[];
}

interface MovingTopic {
  readonly name: string;
  readonly partitions: readonly MovingPartition[];
}

interface MovingPartition {
  readonly partitionIndex: number;
  readonly replicas: readonly number[];
  readonly addingReplicas: readonly number[];
  readonly removingReplicas: readonly number[];
}

export const listPartitionReassignments: Api<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse> = {
  name: 'ListPartitionReassignments',
  key: 46,
  versions: { min: 0, max: 0 },
  flexibleFrom: 0,
  request: struct<ListPartitionReassignmentsRequest>({
    timeoutMs: int32,
    topics: nullable(array(struct<ListedTopic>({ name: string, partitionIndexes: array(int32) }))),
  }),
  response: struct<ListPartitionReassignmentsResponse>({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string),
    topics: array(
      struct<MovingTopic>({
        name: string,
        partitions: array(
          struct<MovingPartition>({
            partitionIndex: int32,
            replicas: array(int32),
            addingReplicas: array(int32),
            removingReplicas: array(int32),
          }),
        ),
      }),
    ),
  }),
};
