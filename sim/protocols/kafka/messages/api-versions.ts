/** Which requests in which versions. Source: ApiVersionsRequest.json, ApiVersionsResponse.json, KIP-511. */
import type { Api } from '../api.ts';
import { array, boolean, int16, int32, int64, since, string, struct, tagged } from '../schema/types.ts';

export interface ApiVersionsRequest {
  readonly clientSoftwareName: string;
  readonly clientSoftwareVersion: string;
}

export interface ApiVersionsResponse {
  readonly errorCode: number;
  readonly apiKeys: readonly SupportedApi[];
  readonly throttleTimeMs: number;
  readonly supportedFeatures: readonly SupportedFeature[];
  readonly finalizedFeaturesEpoch: number;
  readonly finalizedFeatures: readonly FinalizedFeature[];
  readonly zkMigrationReady: boolean;
}

export interface SupportedApi {
  readonly apiKey: number;
  readonly minVersion: number;
  readonly maxVersion: number;
}

interface SupportedFeature {
  readonly name: string;
  readonly minVersion: number;
  readonly maxVersion: number;
}

interface FinalizedFeature {
  readonly name: string;
  readonly maxVersionLevel: number;
  readonly minVersionLevel: number;
}

export const apiVersions: Api<ApiVersionsRequest, ApiVersionsResponse> = {
  name: 'ApiVersions',
  key: 18,
  versions: { min: 0, max: 3 },
  flexibleFrom: 3,
  request: struct<ApiVersionsRequest>({
    clientSoftwareName: since(3, string),
    clientSoftwareVersion: since(3, string),
  }),
  response: struct<ApiVersionsResponse>({
    errorCode: int16,
    apiKeys: array(struct<SupportedApi>({ apiKey: int16, minVersion: int16, maxVersion: int16 })),
    throttleTimeMs: since(1, int32),
    supportedFeatures: tagged(
      0,
      3,
      array(struct<SupportedFeature>({ name: string, minVersion: int16, maxVersion: int16 })),
    ),
    finalizedFeaturesEpoch: tagged(1, 3, int64, -1),
    finalizedFeatures: tagged(
      2,
      3,
      array(struct<FinalizedFeature>({ name: string, maxVersionLevel: int16, minVersionLevel: int16 })),
    ),
    zkMigrationReady: tagged(3, 3, boolean),
  }),
};
