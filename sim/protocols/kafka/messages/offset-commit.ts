/** Committing a group's offsets. Source: OffsetCommitRequest.json, OffsetCommitResponse.json. */
import type { Api } from '../api.ts';
import { array, between, int16, int32, int64, nullable, since, string, struct } from '../schema/types.ts';

export interface OffsetCommitRequest {
  readonly groupId: string;
  /** -1 with an empty member id: from outside of the group. */
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly retentionTimeMs: number;
  readonly topics: readonly OffsetCommitTopic[];
}

interface OffsetCommitTopic {
  readonly name: string;
  readonly partitions: readonly OffsetCommitPartition[];
}

interface OffsetCommitPartition {
  readonly partitionIndex: number;
  readonly committedOffset: number;
  readonly committedLeaderEpoch: number;
  readonly commitTimestamp: number;
  readonly committedMetadata: string | null;
}

export interface OffsetCommitResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly CommittedTopic[];
}

interface CommittedTopic {
  readonly name: string;
  readonly partitions: readonly CommittedPartition[];
}

interface CommittedPartition {
  readonly partitionIndex: number;
  readonly errorCode: number;
}

export const offsetCommit: Api<OffsetCommitRequest, OffsetCommitResponse> = {
  name: 'OffsetCommit',
  key: 8,
  versions: { min: 0, max: 8 },
  flexibleFrom: 8,
  request: struct<OffsetCommitRequest>({
    groupId: string,
    generationId: since(1, int32, -1),
    memberId: since(1, string),
    groupInstanceId: since(7, nullable(string)),
    retentionTimeMs: between(2, 4, int64, -1),
    topics: array(
      struct<OffsetCommitTopic>({
        name: string,
        partitions: array(
          struct<OffsetCommitPartition>({
            partitionIndex: int32,
            committedOffset: int64,
            committedLeaderEpoch: since(6, int32, -1),
            commitTimestamp: between(1, 1, int64, -1),
            committedMetadata: nullable(string),
          }),
        ),
      }),
    ),
  }),
  response: struct<OffsetCommitResponse>({
    throttleTimeMs: since(3, int32),
    topics: array(
      struct<CommittedTopic>({
        name: string,
        partitions: array(struct<CommittedPartition>({ partitionIndex: int32, errorCode: int16 })),
      }),
    ),
  }),
};
