/** Appending records. Source: ProduceRequest.json, ProduceResponse.json. */
import type { Api } from '../api.ts';
import { array, int16, int32, int64, nullable, records, since, string, struct } from '../schema/types.ts';

export interface ProduceRequest {
  readonly transactionalId: string | null;
  /** 0 (no response), 1 or -1 (all in sync). */
  readonly acks: number;
  readonly timeoutMs: number;
  readonly topicData: readonly ProduceTopic[];
}

interface ProduceTopic {
  readonly name: string;
  readonly partitionData: readonly ProducePartition[];
}

interface ProducePartition {
  readonly index: number;
  readonly records: Buffer | null;
}

export interface ProduceResponse {
  readonly responses: readonly ProducedTopic[];
  readonly throttleTimeMs: number;
}

interface ProducedTopic {
  readonly name: string;
  readonly partitionResponses: readonly ProducedPartition[];
}

interface ProducedPartition {
  readonly index: number;
  readonly errorCode: number;
  readonly baseOffset: number;
  /** -1 where records keep the time that their producer gave them. */
  readonly logAppendTimeMs: number;
  readonly logStartOffset: number;
  readonly recordErrors: readonly RecordError[];
  readonly errorMessage: string | null;
}

interface RecordError {
  readonly batchIndex: number;
  readonly batchIndexErrorMessage: string | null;
}

export const produce: Api<ProduceRequest, ProduceResponse> = {
  name: 'Produce',
  key: 0,
  versions: { min: 0, max: 9 },
  flexibleFrom: 9,
  request: struct<ProduceRequest>({
    transactionalId: since(3, nullable(string)),
    acks: int16,
    timeoutMs: int32,
    topicData: array(
      struct<ProduceTopic>({
        name: string,
        partitionData: array(struct<ProducePartition>({ index: int32, records })),
      }),
    ),
  }),
  response: struct<ProduceResponse>({
    responses: array(
      struct<ProducedTopic>({
        name: string,
        partitionResponses: array(
          struct<ProducedPartition>({
            index: int32,
            errorCode: int16,
            baseOffset: int64,
            logAppendTimeMs: since(2, int64, -1),
            logStartOffset: since(5, int64, -1),
            recordErrors: since(
              8,
              array(struct<RecordError>({ batchIndex: int32, batchIndexErrorMessage: nullable(string) })),
            ),
            errorMessage: since(8, nullable(string)),
          }),
        ),
      }),
    ),
    throttleTimeMs: since(1, int32),
  }),
};
