/** Committing a group's offsets in a transaction. Source: TxnOffsetCommitRequest.json, TxnOffsetCommitResponse.json. */
import type { Api } from '../api.ts';
import { array, int16, int32, int64, nullable, since, string, struct } from '../schema/types.ts';

export interface TxnOffsetCommitRequest {
  readonly transactionalId: string;
  readonly groupId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
  /** -1 with an empty member id, before version 3: the group cannot tell whether the member is still one. Source: KIP-447. */
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly topics: readonly TxnOffsetsTopic[];
}

interface TxnOffsetsTopic {
  readonly name: string;
  readonly partitions: readonly TxnOffset[];
}

interface TxnOffset {
  readonly partitionIndex: number;
  readonly committedOffset: number;
  readonly committedLeaderEpoch: number;
  readonly committedMetadata: string | null;
}

export interface TxnOffsetCommitResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly TxnCommittedTopic[];
}

interface TxnCommittedTopic {
  readonly name: string;
  readonly partitions: readonly TxnCommittedPartition[];
}

interface TxnCommittedPartition {
  readonly partitionIndex: number;
  readonly errorCode: number;
}

export const txnOffsetCommit: Api<TxnOffsetCommitRequest, TxnOffsetCommitResponse> = {
  name: 'TxnOffsetCommit',
  key: 28,
  versions: { min: 0, max: 3 },
  flexibleFrom: 3,
  request: struct<TxnOffsetCommitRequest>({
    transactionalId: string,
    groupId: string,
    producerId: int64,
    producerEpoch: int16,
    generationId: since(3, int32, -1),
    memberId: since(3, string),
    groupInstanceId: since(3, nullable(string)),
    topics: array(
      struct<TxnOffsetsTopic>({
        name: string,
        partitions: array(
          struct<TxnOffset>({
            partitionIndex: int32,
            committedOffset: int64,
            committedLeaderEpoch: since(2, int32, -1),
            committedMetadata: nullable(string),
          }),
        ),
      }),
    ),
  }),
  response: struct<TxnOffsetCommitResponse>({
    throttleTimeMs: int32,
    topics: array(
      struct<TxnCommittedTopic>({
        name: string,
        partitions: array(struct<TxnCommittedPartition>({ partitionIndex: int32, errorCode: int16 })),
      }),
    ),
  }),
};
