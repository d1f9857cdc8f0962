/** Staying in a group and leaving it. Source: HeartbeatRequest.json, LeaveGroupRequest.json and their responses. */
import type { Api } from '../api.ts';
import { array, between, int16, int32, nullable, since, string, struct } from '../schema/types.ts';

export interface HeartbeatRequest {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

export interface HeartbeatResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
}

export const heartbeat: Api<HeartbeatRequest, HeartbeatResponse> = {
  name: 'Heartbeat',
  key: 12,
  versions: { min: 0, max: 4 },
  flexibleFrom: 4,
  request: struct<HeartbeatRequest>({
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: since(3, nullable(string)),
  }),
  response: struct<HeartbeatResponse>({ throttleTimeMs: since(1, int32), errorCode: int16 }),
};

export interface LeaveGroupRequest {
  readonly groupId: string;
  /** Who leaves, up to version 2; after that `members`. */
  readonly memberId: string;
  readonly members: readonly LeavingMember[];
}

interface LeavingMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly reason: string | null;
}

export interface LeaveGroupResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly members: readonly LeftMember[];
}

interface LeftMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly errorCode: number;
}

export const leaveGroup: Api<LeaveGroupRequest, LeaveGroupResponse> = {
  name: 'LeaveGroup',
  key: 13,
  versions: { min: 0, max: 5 },
  flexibleFrom: 4,
  request: struct<LeaveGroupRequest>({
    groupId: string,
    memberId: between(0, 2, string),
    members: since(
      3,
      array(
        struct<LeavingMember>({
          memberId: string,
          groupInstanceId: nullable(string),
          reason: since(5, nullable(string)),
        }),
      ),
    ),
  }),
  response: struct<LeaveGroupResponse>({
    throttleTimeMs: since(1, int32),
    errorCode: int16,
    members: since(
      3,
      array(struct<LeftMember>({ memberId: string, groupInstanceId: nullable(string), errorCode: int16 })),
    ),
  }),
};
