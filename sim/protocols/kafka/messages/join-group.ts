/** Joining a group: answered when all members have, or have not in time. Source: JoinGroupRequest.json, JoinGroupResponse.json. */
import type { Api } from '../api.ts';
import { array, boolean, bytes, int16, int32, nullable, since, string, struct } from '../schema/types.ts';

export interface JoinGroupRequest {
  readonly groupId: string;
  readonly sessionTimeoutMs: number;
  /** -1 in version 0: as the session's. */
  readonly rebalanceTimeoutMs: number;
  /** Empty: a new member. From version 4 on it is first given an id (MEMBER_ID_REQUIRED). Source: KIP-394. */
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly protocolType: string;
  readonly protocols: readonly JoinProtocol[];
  readonly reason: string | null;
}

interface JoinProtocol {
  readonly name: string;
  readonly metadata: Buffer;
}

export interface JoinGroupResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly generationId: number;
  readonly protocolType: string | null;
  /** Not null below version 7. */
  readonly protocolName: string | null;
  readonly leader: string;
  readonly skipAssignment: boolean;
  readonly memberId: string;
  /** For the leader alone. */
  readonly members: readonly JoinedMember[];
}

interface JoinedMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly metadata: Buffer;
}

export const joinGroup: Api<JoinGroupRequest, JoinGroupResponse> = {
  name: 'JoinGroup',
  key: 11,
  versions: { min: 0, max: 9 },
  flexibleFrom: 6,
  request: struct<JoinGroupRequest>({
    groupId: string,
    sessionTimeoutMs: int32,
    rebalanceTimeoutMs: since(1, int32, -1),
    memberId: string,
    groupInstanceId: since(5, nullable(string)),
    protocolType: string,
    protocols: array(struct<JoinProtocol>({ name: string, metadata: bytes })),
    reason: since(8, nullable(string)),
  }),
  response: struct<JoinGroupResponse>({
    throttleTimeMs: since(2, int32),
    errorCode: int16,
    generationId: int32,
    protocolType: since(7, nullable(string)),
    protocolName: nullable(string, 7),
    leader: string,
    skipAssignment: since(9, boolean),
    memberId: string,
    members: array(
      struct<JoinedMember>({ memberId: string, groupInstanceId: since(5, nullable(string)), metadata: bytes }),
    ),
  }),
};
