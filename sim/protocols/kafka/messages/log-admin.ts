/**
 * Deleting records, and where an epoch of a leader ended. Source: DeleteRecordsRequest.json,
 * OffsetForLeaderEpochRequest.json and their responses.
 */
import type { Api } from '../api.ts';
import { array, int16, int32, int64, since, string, struct } from '../schema/types.ts';

export interface DeleteRecordsRequest {
  readonly topics: readonly DeleteRecordsTopic[];
  readonly timeoutMs: number;
}

interface DeleteRecordsTopic {
  readonly name: string;
  readonly partitions: readonly DeleteRecordsPartition[];
}

interface DeleteRecordsPartition {
  readonly partitionIndex: number;
  /** All before it go; -1 is the high watermark. */
  readonly offset: number;
}

export interface DeleteRecordsResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly DeletedRecordsTopic[];
}

interface DeletedRecordsTopic {
  readonly name: string;
  readonly partitions: readonly DeletedRecordsPartition[];
}

interface DeletedRecordsPartition {
  readonly partitionIndex: number;
  readonly lowWatermark: number;
  readonly errorCode: number;
}

export const deleteRecords: Api<DeleteRecordsRequest, DeleteRecordsResponse> = {
  name: 'DeleteRecords',
  key: 21,
  versions: { min: 0, max: 2 },
  flexibleFrom: 2,
  request: struct<DeleteRecordsRequest>({
    topics: array(
      struct<DeleteRecordsTopic>({
        name: string,
        partitions: array(struct<DeleteRecordsPartition>({ partitionIndex: int32, offset: int64 })),
      }),
    ),
    timeoutMs: int32,
  }),
  response: struct<DeleteRecordsResponse>({
    throttleTimeMs: int32,
    topics: array(
      struct<DeletedRecordsTopic>({
        name: string,
        partitions: array(
          struct<DeletedRecordsPartition>({ partitionIndex: int32, lowWatermark: int64, errorCode: int16 }),
        ),
      }),
    ),
  }),
};

export interface OffsetForLeaderEpochRequest {
  readonly replicaId: number;
  readonly topics: readonly EpochTopic[];
}

interface EpochTopic {
  readonly topic: string;
  readonly partitions: readonly EpochPartition[];
}

interface EpochPartition {
  readonly partition: number;
  readonly currentLeaderEpoch: number;
  readonly leaderEpoch: number;
}

export interface OffsetForLeaderEpochResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly EpochEndTopic[];
}

interface EpochEndTopic {
  readonly topic: string;
  readonly partitions: readonly EpochEnd[];
}

interface EpochEnd {
  readonly errorCode: number;
  readonly partition: number;
  readonly leaderEpoch: number;
  readonly endOffset: number;
}

export const offsetForLeaderEpoch: Api<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse> = {
  name: 'OffsetForLeaderEpoch',
  key: 23,
  versions: { min: 0, max: 4 },
  flexibleFrom: 4,
  request: struct<OffsetForLeaderEpochRequest>({
    replicaId: since(3, int32, -2),
    topics: array(
      struct<EpochTopic>({
        topic: string,
        partitions: array(
          struct<EpochPartition>({ partition: int32, currentLeaderEpoch: since(2, int32, -1), leaderEpoch: int32 }),
        ),
      }),
    ),
  }),
  response: struct<OffsetForLeaderEpochResponse>({
    throttleTimeMs: since(2, int32),
    topics: array(
      struct<EpochEndTopic>({
        topic: string,
        partitions: array(
          struct<EpochEnd>({
            errorCode: int16,
            partition: int32,
            leaderEpoch: since(1, int32, -1),
            endOffset: int64,
          }),
        ),
      }),
    ),
  }),
};
