/** Making topics. Source: CreateTopicsRequest.json, CreateTopicsResponse.json. */
import type { Api } from '../api.ts';
import { array, boolean, int8, int16, int32, nullable, since, string, struct, tagged } from '../schema/types.ts';

export interface CreateTopicsRequest {
  readonly topics: readonly NewTopic[];
  readonly timeoutMs: number;
  readonly validateOnly: boolean;
}

interface NewTopic {
  readonly name: string;
  /** -1, as the broker is configured, or where there are assignments. */
  readonly numPartitions: number;
  readonly replicationFactor: number;
  readonly assignments: readonly ReplicaAssignment[];
  readonly configs: readonly NewTopicConfig[];
}

interface ReplicaAssignment {
  readonly partitionIndex: number;
  readonly brokerIds: readonly number[];
}

interface NewTopicConfig {
  readonly name: string;
  readonly value: string | null;
}

export interface CreateTopicsResponse {
  readonly throttleTimeMs: number;
  readonly topics: readonly CreatedTopic[];
}

interface CreatedTopic {
  readonly name: string;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  /** Why there are no `configs`. */
  readonly topicConfigErrorCode: number;
  readonly numPartitions: number;
  readonly replicationFactor: number;
  readonly configs: readonly CreatedTopicConfig[] | null;
}

interface CreatedTopicConfig {
  readonly name: string;
  readonly value: string | null;
  readonly readOnly: boolean;
  readonly configSource: number;
  readonly isSensitive: boolean;
}

/** The last version tells topic ids. */
export const createTopics: Api<CreateTopicsRequest, CreateTopicsResponse> = {
  name: 'CreateTopics',
  key: 19,
  versions: { min: 0, max: 6 },
  flexibleFrom: 5,
  request: struct<CreateTopicsRequest>({
    topics: array(
      struct<NewTopic>({
        name: string,
        numPartitions: int32,
        replicationFactor: int16,
        assignments: array(struct<ReplicaAssignment>({ partitionIndex: int32, brokerIds: array(int32) })),
        configs: array(struct<NewTopicConfig>({ name: string, value: nullable(string) })),
      }),
    ),
    timeoutMs: int32,
    validateOnly: since(1, boolean),
  }),
  response: struct<CreateTopicsResponse>({
    throttleTimeMs: since(2, int32),
    topics: array(
      struct<CreatedTopic>({
        name: string,
        errorCode: int16,
        errorMessage: since(1, nullable(string)),
        topicConfigErrorCode: tagged(0, 5, int16),
        numPartitions: since(5, int32, -1),
        replicationFactor: since(5, int16, -1),
        configs: since(
          5,
          nullable(
            array(
              struct<CreatedTopicConfig>({
                name: string,
                value: nullable(string),
                readOnly: boolean,
                configSource: int8,
                isSensitive: boolean,
              }),
            ),
          ),
        ),
      }),
    ),
  }),
};
