/** The offset of a time, of the start or of the end. Source: ListOffsetsRequest.json, ListOffsetsResponse.json. */
import type { Api } from '../api.ts';
import { array, between, int8, int16, int32, int64, since, string, struct } from '../schema/types.ts';

export interface ListOffsetsRequest {
  readonly replicaId: number;
  readonly isolationLevel: number;
  readonly topics: readonly ListOffsetsTopic[];
}

interface ListOffsetsTopic {
  readonly name: string;
  readonly partitions: readonly ListOffsetsPartition[];
}

interface ListOffsetsPartition {
  readonly partitionIndex: number;
  readonly currentLeaderEpoch: number;
  /** In ms; -1 the end, -2 the start. */
  readonly timestamp: number;
  readonly maxNumOffsets: number;
}

export interface ListOffsetsResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly ListedOffsetsTopic[];
}

interface ListedOffsetsTopic {
  readonly name: string;
  readonly partitions: readonly ListedOffsetsPartition[];
}

interface ListedOffsetsPartition {
  readonly partitionIndex: number;
  readonly errorCode: number;
  /** The one way to answer version 0, which knows no `offset`. */
  readonly oldStyleOffsets: readonly number[];
  readonly timestamp: number;
  readonly offset: number;
  readonly leaderEpoch: number;
}

/** Later versions ask for the largest timestamp (7) and of remote storage. */
export const listOffsets: Api<ListOffsetsRequest, ListOffsetsResponse> = {
  name: 'ListOffsets',
  key: 2,
  versions: { min: 0, max: 6 },
  flexibleFrom: 6,
  request: struct<ListOffsetsRequest>({
    replicaId: int32,
    isolationLevel: since(2, int8),
    topics: array(
      struct<ListOffsetsTopic>({
        name: string,
        partitions: array(
          struct<ListOffsetsPartition>({
            partitionIndex: int32,
            currentLeaderEpoch: since(4, int32, -1),
            timestamp: int64,
            maxNumOffsets: between(0, 0, int32, 1),
          }),
        ),
      }),
    ),
  }),
  response: struct<ListOffsetsResponse>({
    throttleTimeMs: since(2, int32),
    topics: array(
      struct<ListedOffsetsTopic>({
        name: string,
        partitions: array(
          struct<ListedOffsetsPartition>({
            partitionIndex: int32,
            errorCode: int16,
            oldStyleOffsets: between(0, 0, array(int64)),
            timestamp: since(1, int64, -1),
            offset: since(1, int64, -1),
            leaderEpoch: since(4, int32, -1),
          }),
        ),
      }),
    ),
  }),
};
