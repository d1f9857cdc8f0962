/**
 * Deleting topics, adding partitions. Source: DeleteTopicsRequest.json, CreatePartitionsRequest.json and their responses.
 */
import type { Api } from '../api.ts';
import { array, boolean, int16, int32, nullable, since, string, struct } from '../schema/types.ts';

export interface DeleteTopicsRequest {
  readonly topicNames: readonly string[];
  readonly timeoutMs: number;
}

export interface DeleteTopicsResponse {
  readonly throttleTimeMs: number;
  readonly responses: readonly DeletedTopic[];
}

interface DeletedTopic {
  readonly name: string;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

/** The last version knows topics by ids. */
export const deleteTopics: Api<DeleteTopicsRequest, DeleteTopicsResponse> = {
  name: 'DeleteTopics',
  key: 20,
  versions: { min: 0, max: 5 },
  flexibleFrom: 4,
  request: struct<DeleteTopicsRequest>({ topicNames: array(string), timeoutMs: int32 }),
  response: struct<DeleteTopicsResponse>({
    throttleTimeMs: since(1, int32),
    responses: array(
      struct<DeletedTopic>({ name: string, errorCode: int16, errorMessage: since(5, nullable(string)) }),
    ),
  }),
};

export interface CreatePartitionsRequest {
  readonly topics: readonly GrowingTopic[];
  readonly timeoutMs: number;
  readonly validateOnly: boolean;
}

interface GrowingTopic {
  readonly name: string;
  /** How many partitions it is to have then. */
  readonly count: number;
  readonly assignments: readonly NewPartitionAssignment[] | null;
}

interface NewPartitionAssignment {
  readonly brokerIds: readonly number[];
}

export interface CreatePartitionsResponse {
  readonly throttleTimeMs: number;
  readonly results: readonly GrownTopic[];
}

interface GrownTopic {
  readonly name: string;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

export const createPartitions: Api<CreatePartitionsRequest, CreatePartitionsResponse> = {
  name: 'CreatePartitions',
  key: 37,
  versions: { min: 0, max: 3 },
  flexibleFrom: 2,
  request: struct<CreatePartitionsRequest>({
    topics: array(
      struct<GrowingTopic>({
        name: string,
        count: int32,
        assignments: nullable(array(struct<NewPartitionAssignment>({ brokerIds: array(int32) }))),
      }),
    ),
    timeoutMs: int32,
    validateOnly: boolean,
  }),
  response: struct<CreatePartitionsResponse>({
    throttleTimeMs: int32,
    results: array(struct<GrownTopic>({ name: string, errorCode: int16, errorMessage: nullable(string) })),
  }),
};
