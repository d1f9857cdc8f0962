/** Reading records, waiting for them if need be. Source: FetchRequest.json, FetchResponse.json. */
import { type Api, NEVER } from '../api.ts';
import { array, int8, int16, int32, int64, nullable, records, since, string, struct } from '../schema/types.ts';

export interface FetchRequest {
  readonly replicaId: number;
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  /** 0 read uncommitted, 1 read committed. */
  readonly isolationLevel: number;
  readonly sessionId: number;
  /** -1 without a session. Source: KIP-227. */
  readonly sessionEpoch: number;
  readonly topics: readonly FetchTopic[];
  readonly forgottenTopicsData: readonly ForgottenTopic[];
  readonly rackId: string;
}

interface FetchTopic {
  readonly topic: string;
  readonly partitions: readonly FetchPartition[];
}

interface FetchPartition {
  readonly partition: number;
  readonly currentLeaderEpoch: number;
  readonly fetchOffset: number;
  readonly logStartOffset: number;
  readonly partitionMaxBytes: number;
}

interface ForgottenTopic {
  readonly topic: string;
  readonly partitions: readonly number[];
}

export interface FetchResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly sessionId: number;
  readonly responses: readonly FetchedTopic[];
}

interface FetchedTopic {
  readonly topic: string;
  readonly partitions: readonly FetchedPartition[];
}

interface FetchedPartition {
  readonly partitionIndex: number;
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  /** Null for who reads uncommitted. */
  readonly abortedTransactions: readonly AbortedTransaction[] | null;
  readonly preferredReadReplica: number;
  readonly records: Buffer | null;
}

interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

/** Later versions want divergence of epochs (12) and topic ids (13) answered. */
export const fetch: Api<FetchRequest, FetchResponse> = {
  name: 'Fetch',
  key: 1,
  versions: { min: 0, max: 11 },
  flexibleFrom: NEVER,
  request: struct<FetchRequest>({
    replicaId: int32,
    maxWaitMs: int32,
    minBytes: int32,
    maxBytes: since(3, int32, 0x7fff_ffff),
    isolationLevel: since(4, int8),
    sessionId: since(7, int32),
    sessionEpoch: since(7, int32, -1),
    topics: array(
      struct<FetchTopic>({
        topic: string,
        partitions: array(
          struct<FetchPartition>({
            partition: int32,
            currentLeaderEpoch: since(9, int32, -1),
            fetchOffset: int64,
            logStartOffset: since(5, int64, -1),
            partitionMaxBytes: int32,
          }),
        ),
      }),
    ),
    forgottenTopicsData: since(7, array(struct<ForgottenTopic>({ topic: string, partitions: array(int32) }))),
    rackId: since(11, string),
  }),
  response: struct<FetchResponse>({
    throttleTimeMs: since(1, int32),
    errorCode: since(7, int16),
    sessionId: since(7, int32),
    responses: array(
      struct<FetchedTopic>({
        topic: string,
        partitions: array(
          struct<FetchedPartition>({
            partitionIndex: int32,
            errorCode: int16,
            highWatermark: int64,
            lastStableOffset: since(4, int64, -1),
            logStartOffset: since(5, int64, -1),
            abortedTransactions: since(
              4,
              nullable(array(struct<AbortedTransaction>({ producerId: int64, firstOffset: int64 }))),
            ),
            preferredReadReplica: since(11, int32, -1),
            records,
          }),
        ),
      }),
    ),
  }),
};
