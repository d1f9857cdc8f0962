/** Settings of topics and brokers. Source: DescribeConfigsRequest.json, DescribeConfigsResponse.json. */
import type { Api } from '../api.ts';
import { array, between, boolean, int8, int16, int32, nullable, since, string, struct } from '../schema/types.ts';

export interface DescribeConfigsRequest {
  readonly resources: readonly AskedResource[];
  readonly includeSynonyms: boolean;
  readonly includeDocumentation: boolean;
}

interface AskedResource {
  /** 2 a topic, 4 a broker, 8 a broker's logger. */
  readonly resourceType: number;
  readonly resourceName: string;
  /** Null: all. */
  readonly configurationKeys: readonly string[] | null;
}

export interface DescribeConfigsResponse {
  readonly throttleTimeMs: number;
  readonly results: readonly DescribedResource[];
}

interface DescribedResource {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configs: readonly DescribedConfig[];
}

interface DescribedConfig {
  readonly name: string;
  readonly value: string | null;
  readonly readOnly: boolean;
  /** What version 0 has instead of `configSource`. */
  readonly isDefault: boolean;
  /** 1 the topic's own, 2 to 4 the broker's, 5 the default. */
  readonly configSource: number;
  readonly isSensitive: boolean;
  readonly synonyms: readonly ConfigSynonym[];
  readonly configType: number;
  readonly documentation: string | null;
}

interface ConfigSynonym {
  readonly name: string;
  readonly value: string | null;
  readonly source: number;
}

export const describeConfigs: Api<DescribeConfigsRequest, DescribeConfigsResponse> = {
  name: 'DescribeConfigs',
  key: 32,
  versions: { min: 0, max: 4 },
  flexibleFrom: 4,
  request: struct<DescribeConfigsRequest>({
    resources: array(
      struct<AskedResource>({
        resourceType: int8,
        resourceName: string,
        configurationKeys: nullable(array(string)),
      }),
    ),
    includeSynonyms: since(1, boolean),
    includeDocumentation: since(3, boolean),
  }),
  response: struct<DescribeConfigsResponse>({
    throttleTimeMs: int32,
    results: array(
      struct<DescribedResource>({
        errorCode: int16,
        errorMessage: nullable(string),
        resourceType: int8,
        resourceName: string,
        configs: array(
          struct<DescribedConfig>({
            name: string,
            value: nullable(string),
            readOnly: boolean,
            isDefault: between(0, 0, boolean),
            configSource: since(1, int8, -1),
            isSensitive: boolean,
            synonyms: since(1, array(struct<ConfigSynonym>({ name: string, value: nullable(string), source: int8 }))),
            configType: since(3, int8),
            documentation: since(3, nullable(string)),
          }),
        ),
      }),
    ),
  }),
};
