/**
 * Producers' ids and their transactions. Source: InitProducerIdRequest.json, AddPartitionsToTxnRequest.json,
 * AddOffsetsToTxnRequest.json, EndTxnRequest.json and their responses.
 */
import type { Api } from '../api.ts';
import { array, boolean, int16, int32, int64, nullable, since, string, struct } from '../schema/types.ts';

export interface InitProducerIdRequest {
  /** Null: idempotent alone. */
  readonly transactionalId: string | null;
  readonly transactionTimeoutMs: number;
  /** -1, with the epoch, unless the producer has an id and asks for its next epoch. Source: KIP-360. */
  readonly producerId: number;
  readonly producerEpoch: number;
}

export interface InitProducerIdResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly producerId: number;
  readonly producerEpoch: number;
}

export const initProducerId: Api<InitProducerIdRequest, InitProducerIdResponse> = {
  name: 'InitProducerId',
  key: 22,
  versions: { min: 0, max: 4 },
  flexibleFrom: 2,
  request: struct<InitProducerIdRequest>({
    transactionalId: nullable(string),
    transactionTimeoutMs: int32,
    producerId: since(3, int64, -1),
    producerEpoch: since(3, int16, -1),
  }),
  response: struct<InitProducerIdResponse>({
    throttleTimeMs: int32,
    errorCode: int16,
    producerId: int64,
    producerEpoch: int16,
  }),
};

interface Producer {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
}

const producer = { transactionalId: string, producerId: int64, producerEpoch: int16 } as const;

export interface AddPartitionsToTxnRequest extends Producer {
  readonly topics: readonly TxnTopic[];
}

interface TxnTopic {
  readonly name: string;
  readonly partitions: readonly number[];
}

export interface AddPartitionsToTxnResponse {
  readonly throttleTimeMs: number;
  readonly results: readonly AddedTopic[];
}

interface AddedTopic {
  readonly name: string;
  readonly resultsByPartition: readonly AddedPartition[];
}

interface AddedPartition {
  readonly partitionIndex: number;
  readonly partitionErrorCode: number;
}

/** Later versions are between brokers. */
export const addPartitionsToTxn: Api<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse> = {
  name: 'AddPartitionsToTxn',
  key: 24,
  versions: { min: 0, max: 3 },
  flexibleFrom: 3,
  request: struct<AddPartitionsToTxnRequest>({
    ...producer,
    topics: array(struct<TxnTopic>({ name: string, partitions: array(int32) })),
  }),
  response: struct<AddPartitionsToTxnResponse>({
    throttleTimeMs: int32,
    results: array(
      struct<AddedTopic>({
        name: string,
        resultsByPartition: array(struct<AddedPartition>({ partitionIndex: int32, partitionErrorCode: int16 })),
      }),
    ),
  }),
};

export interface AddOffsetsToTxnRequest extends Producer {
  readonly groupId: string;
}

export interface EndTxnRequest extends Producer {
  /** Else aborted. */
  readonly committed: boolean;
}

/** What AddOffsetsToTxn and EndTxn are answered with. */
export interface TxnResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
}

const txnResponse = struct<TxnResponse>({ throttleTimeMs: int32, errorCode: int16 });

export const addOffsetsToTxn: Api<AddOffsetsToTxnRequest, TxnResponse> = {
  name: 'AddOffsetsToTxn',
  key: 25,
  versions: { min: 0, max: 3 },
  flexibleFrom: 3,
  request: struct<AddOffsetsToTxnRequest>({ ...producer, groupId: string }),
  response: txnResponse,
};

export const endTxn: Api<EndTxnRequest, TxnResponse> = {
  name: 'EndTxn',
  key: 26,
  versions: { min: 0, max: 3 },
  flexibleFrom: 3,
  request: struct<EndTxnRequest>({ ...producer, committed: boolean }),
  response: txnResponse,
};
