/**
 * Changing settings, all of a resource or some. Source: AlterConfigsRequest.json, IncrementalAlterConfigsRequest.json and
 * their responses.
 */
import type { Api } from '../api.ts';
import { array, boolean, int8, int16, int32, nullable, string, struct } from '../schema/types.ts';

export interface AlterConfigsRequest {
  readonly resources: readonly ReplacedResource[];
  readonly validateOnly: boolean;
}

interface ReplacedResource {
  readonly resourceType: number;
  readonly resourceName: string;
  /** Settings that are not named go back to their default. */
  readonly configs: readonly ReplacedConfig[];
}

interface ReplacedConfig {
  readonly name: string;
  readonly value: string | null;
}

/** What both are answered with. */
export interface AlterConfigsResponse {
  readonly throttleTimeMs: number;
  readonly responses: readonly AlteredResource[];
}

interface AlteredResource {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly resourceType: number;
  readonly resourceName: string;
}

const response = struct<AlterConfigsResponse>({
  throttleTimeMs: int32,
  responses: array(
    struct<AlteredResource>({
      errorCode: int16,
      errorMessage: nullable(string),
      resourceType: int8,
      resourceName: string,
    }),
  ),
});

export const alterConfigs: Api<AlterConfigsRequest, AlterConfigsResponse> = {
  name: 'AlterConfigs',
  key: 33,
  versions: { min: 0, max: 2 },
  flexibleFrom: 2,
  request: struct<AlterConfigsRequest>({
    resources: array(
      struct<ReplacedResource>({
        resourceType: int8,
        resourceName: string,
        configs: array(struct<ReplacedConfig>({ name: string, value: nullable(string) })),
      }),
    ),
    validateOnly: boolean,
  }),
  response,
};

export interface IncrementalAlterConfigsRequest {
  readonly resources: readonly ChangedResource[];
  readonly validateOnly: boolean;
}

interface ChangedResource {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configs: readonly ChangedConfig[];
}

interface ChangedConfig {
  readonly name: string;
  /** 0 set, 1 delete, 2 append, 3 subtract. */
  readonly configOperation: number;
  readonly value: string | null;
}

export const incrementalAlterConfigs: Api<IncrementalAlterConfigsRequest, AlterConfigsResponse> = {
  name: 'IncrementalAlterConfigs',
  key: 44,
  versions: { min: 0, max: 1 },
  flexibleFrom: 1,
  request: struct<IncrementalAlterConfigsRequest>({
    resources: array(
      struct<ChangedResource>({
        resourceType: int8,
        resourceName: string,
        configs: array(struct<ChangedConfig>({ name: string, configOperation: int8, value: nullable(string) })),
      }),
    ),
    validateOnly: boolean,
  }),
  response,
};
