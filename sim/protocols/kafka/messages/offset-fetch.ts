/** A group's committed offsets. Source: OffsetFetchRequest.json, OffsetFetchResponse.json. */
import type { Api } from '../api.ts';
import { array, boolean, int16, int32, int64, nullable, since, string, struct } from '../schema/types.ts';

export interface OffsetFetchRequest {
  readonly groupId: string;
  /** Null: all that the group has committed. */
  readonly topics: readonly OffsetFetchTopic[] | null;
  /** Answer UNSTABLE_OFFSET_COMMIT where a transaction that commits is open. Source: KIP-447. */
  readonly requireStable: boolean;
}

interface OffsetFetchTopic {
  readonly name: string;
  readonly partitionIndexes: readonly number[];
}

export interface OffsetFetchResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly FetchedOffsetsTopic[];
  readonly errorCode: number;
}

interface FetchedOffsetsTopic {
  readonly name: string;
  readonly partitions: readonly FetchedOffset[];
}

interface FetchedOffset {
  readonly partitionIndex: number;
  /** -1: none. */
  readonly committedOffset: number;
  readonly committedLeaderEpoch: number;
  readonly metadata: string | null;
  readonly errorCode: number;
}

/** Later versions ask for several groups at once. */
export const offsetFetch: Api<OffsetFetchRequest, OffsetFetchResponse> = {
  name: 'OffsetFetch',
  key: 9,
  versions: { min: 0, max: 7 },
  flexibleFrom: 6,
  request: struct<OffsetFetchRequest>({
    groupId: string,
    topics: nullable(array(struct<OffsetFetchTopic>({ name: string, partitionIndexes: array(int32) })), 2),
    requireStable: since(7, boolean),
  }),
  response: struct<OffsetFetchResponse>({
    throttleTimeMs: since(3, int32),
    topics: array(
      struct<FetchedOffsetsTopic>({
        name: string,
        partitions: array(
          struct<FetchedOffset>({
            partitionIndex: int32,
            committedOffset: int64,
            committedLeaderEpoch: since(5, int32, -1),
            metadata: nullable(string),
            errorCode: int16,
          }),
        ),
      }),
    ),
    errorCode: since(2, int16),
  }),
};
