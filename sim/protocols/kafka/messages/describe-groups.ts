/** Groups and their members. Source: DescribeGroupsRequest.json, DescribeGroupsResponse.json. */
import type { Api } from '../api.ts';
import { array, boolean, bytes, int16, int32, nullable, since, string, struct } from '../schema/types.ts';

export interface DescribeGroupsRequest {
  readonly groups: readonly string[];
  readonly includeAuthorizedOperations: boolean;
}

export interface DescribeGroupsResponse {
  readonly throttleTimeMs: number;
  readonly groups: readonly DescribedGroup[];
}

interface DescribedGroup {
  readonly errorCode: number;
  readonly groupId: string;
  /** `Stable`, `PreparingRebalance`, `CompletingRebalance`, `Empty` or `Dead`. */
  readonly groupState: string;
  readonly protocolType: string;
  /** The name of the protocol, where the group has agreed on one. */
  readonly protocolData: string;
  readonly members: readonly DescribedMember[];
  readonly authorizedOperations: number;
}

interface DescribedMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly memberMetadata: Buffer;
  readonly memberAssignment: Buffer;
}

const NOBODY_ASKED = -2_147_483_648;

export const describeGroups: Api<DescribeGroupsRequest, DescribeGroupsResponse> = {
  name: 'DescribeGroups',
  key: 15,
  versions: { min: 0, max: 5 },
  flexibleFrom: 5,
  request: struct<DescribeGroupsRequest>({ groups: array(string), includeAuthorizedOperations: since(3, boolean) }),
  response: struct<DescribeGroupsResponse>({
    throttleTimeMs: since(1, int32),
    groups: array(
      struct<DescribedGroup>({
        errorCode: int16,
        groupId: string,
        groupState: string,
        protocolType: string,
        protocolData: string,
        members: array(
          struct<DescribedMember>({
            memberId: string,
            groupInstanceId: since(4, nullable(string)),
            clientId: string,
            clientHost: string,
            memberMetadata: bytes,
            memberAssignment: bytes,
          }),
        ),
        authorizedOperations: since(3, int32, NOBODY_ASKED),
      }),
    ),
  }),
};
