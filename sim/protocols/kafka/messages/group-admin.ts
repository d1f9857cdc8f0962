/** Listing and deleting groups. Source: ListGroupsRequest.json, DeleteGroupsRequest.json and their responses. */
import type { Api } from '../api.ts';
import { array, int16, int32, since, string, struct } from '../schema/types.ts';

export interface ListGroupsRequest {
  /** None: groups in any state. */
  readonly statesFilter: readonly string[];
}

export interface ListGroupsResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly groups: readonly ListedGroup[];
}

interface ListedGroup {
  readonly groupId: string;
  readonly protocolType: string;
  readonly groupState: string;
}

/** Later versions know types of groups. */
export const listGroups: Api<ListGroupsRequest, ListGroupsResponse> = {
  name: 'ListGroups',
  key: 16,
  versions: { min: 0, max: 4 },
  flexibleFrom: 3,
  request: struct<ListGroupsRequest>({ statesFilter: since(4, array(string)) }),
  response: struct<ListGroupsResponse>({
    throttleTimeMs: since(1, int32),
    errorCode: int16,
    groups: array(struct<ListedGroup>({ groupId: string, protocolType: string, groupState: since(4, string) })),
  }),
};

export interface DeleteGroupsRequest {
  readonly groupsNames: readonly string[];
}

export interface DeleteGroupsResponse {
  readonly throttleTimeMs: number;
  readonly results: readonly DeletedGroup[];
}

interface DeletedGroup {
  readonly groupId: string;
  readonly errorCode: number;
}

export const deleteGroups: Api<DeleteGroupsRequest, DeleteGroupsResponse> = {
  name: 'DeleteGroups',
  key: 42,
  versions: { min: 0, max: 2 },
  flexibleFrom: 2,
  request: struct<DeleteGroupsRequest>({ groupsNames: array(string) }),
  response: struct<DeleteGroupsResponse>({
    throttleTimeMs: int32,
    results: array(struct<DeletedGroup>({ groupId: string, errorCode: int16 })),
  }),
};
