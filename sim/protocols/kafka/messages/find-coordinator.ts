/** Who coordinates a group or a transactional id. Source: FindCoordinatorRequest.json, FindCoordinatorResponse.json. */
import type { Api } from '../api.ts';
import { between, int8, int16, int32, nullable, since, string, struct } from '../schema/types.ts';

export interface FindCoordinatorRequest {
  readonly key: string;
  /** 0 a group, 1 a transactional id. */
  readonly keyType: number;
}

export interface FindCoordinatorResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

/** Later versions ask for several keys at once. */
export const findCoordinator: Api<FindCoordinatorRequest, FindCoordinatorResponse> = {
  name: 'FindCoordinator',
  key: 10,
  versions: { min: 0, max: 3 },
  flexibleFrom: 3,
  request: struct<FindCoordinatorRequest>({ key: string, keyType: since(1, int8) }),
  response: struct<FindCoordinatorResponse>({
    throttleTimeMs: since(1, int32),
    errorCode: int16,
    errorMessage: between(1, 3, nullable(string)),
    nodeId: int32,
    host: string,
    port: int32,
  }),
};
