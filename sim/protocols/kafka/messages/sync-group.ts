/** The leader's assignment to the members. Source: SyncGroupRequest.json, SyncGroupResponse.json. */
import type { Api } from '../api.ts';
import { array, bytes, int16, int32, nullable, since, string, struct } from '../schema/types.ts';

export interface SyncGroupRequest {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  /** Of the leader alone. */
  readonly assignments: readonly SyncAssignment[];
}

interface SyncAssignment {
  readonly memberId: string;
  readonly assignment: Buffer;
}

export interface SyncGroupResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly assignment: Buffer;
}

export const syncGroup: Api<SyncGroupRequest, SyncGroupResponse> = {
  name: 'SyncGroup',
  key: 14,
  versions: { min: 0, max: 5 },
  flexibleFrom: 4,
  request: struct<SyncGroupRequest>({
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: since(3, nullable(string)),
    protocolType: since(5, nullable(string)),
    protocolName: since(5, nullable(string)),
    assignments: array(struct<SyncAssignment>({ memberId: string, assignment: bytes })),
  }),
  response: struct<SyncGroupResponse>({
    throttleTimeMs: since(1, int32),
    errorCode: int16,
    protocolType: since(5, nullable(string)),
    protocolName: since(5, nullable(string)),
    assignment: bytes,
  }),
};
