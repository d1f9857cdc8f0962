/**
 * Access control lists, which a broker without an authorizer answers with SECURITY_DISABLED. Source: DescribeAclsRequest.json,
 * CreateAclsRequest.json, DeleteAclsRequest.json and their responses.
 */
import type { Api } from '../api.ts';
import { array, int8, int16, int32, nullable, since, string, struct } from '../schema/types.ts';

const LITERAL = 3;

interface AclFilter {
  readonly resourceTypeFilter: number;
  readonly resourceNameFilter: string | null;
  readonly patternTypeFilter: number;
  readonly principalFilter: string | null;
  readonly hostFilter: string | null;
  readonly operation: number;
  readonly permissionType: number;
}

export interface DescribeAclsRequest extends AclFilter {}

const filter = struct<AclFilter>({
  resourceTypeFilter: int8,
  resourceNameFilter: nullable(string),
  patternTypeFilter: since(1, int8, LITERAL),
  principalFilter: nullable(string),
  hostFilter: nullable(string),
  operation: int8,
  permissionType: int8,
});

export interface DescribeAclsResponse {
  readonly throttleTimeMs: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly resources: readonly AclResource[];
}

interface AclResource {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly patternType: number;
  readonly acls: readonly Acl[];
}

interface Acl {
  readonly principal: string;
  readonly host: string;
  readonly operation: number;
  readonly permissionType: number;
}

const acl = { principal: string, host: string, operation: int8, permissionType: int8 } as const;

export const describeAcls: Api<DescribeAclsRequest, DescribeAclsResponse> = {
  name: 'DescribeAcls',
  key: 29,
  versions: { min: 0, max: 3 },
  flexibleFrom: 2,
  request: filter,
  response: struct<DescribeAclsResponse>({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullable(string),
    resources: array(
      struct<AclResource>({
        resourceType: int8,
        resourceName: string,
        patternType: since(1, int8, LITERAL),
        acls: array(struct<Acl>(acl)),
      }),
    ),
  }),
};

export interface CreateAclsRequest {
  readonly creations: readonly NewAcl[];
}

interface NewAcl extends Acl {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly resourcePatternType: number;
}

export interface CreateAclsResponse {
  readonly throttleTimeMs: number;
  readonly results: readonly CreatedAcl[];
}

interface CreatedAcl {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

export const createAcls: Api<CreateAclsRequest, CreateAclsResponse> = {
  name: 'CreateAcls',
  key: 30,
  versions: { min: 0, max: 3 },
  flexibleFrom: 2,
  request: struct<CreateAclsRequest>({
    creations: array(
      struct<NewAcl>({
        resourceType: int8,
        resourceName: string,
        resourcePatternType: since(1, int8, LITERAL),
        ...acl,
      }),
    ),
  }),
  response: struct<CreateAclsResponse>({
    throttleTimeMs: int32,
    results: array(struct<CreatedAcl>({ errorCode: int16, errorMessage: nullable(string) })),
  }),
};

export interface DeleteAclsRequest {
  readonly filters: readonly AclFilter[];
}

export interface DeleteAclsResponse {
  readonly throttleTimeMs: number;
  readonly filterResults: readonly DeletedAcls[];
}

interface DeletedAcls {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly matchingAcls: readonly DeletedAcl[];
}

interface DeletedAcl extends Acl {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly resourceType: number;
  readonly resourceName: string;
  readonly patternType: number;
}

export const deleteAcls: Api<DeleteAclsRequest, DeleteAclsResponse> = {
  name: 'DeleteAcls',
  key: 31,
  versions: { min: 0, max: 3 },
  flexibleFrom: 2,
  request: struct<DeleteAclsRequest>({ filters: array(filter) }),
  response: struct<DeleteAclsResponse>({
    throttleTimeMs: int32,
    filterResults: array(
      struct<DeletedAcls>({
        errorCode: int16,
        errorMessage: nullable(string),
        matchingAcls: array(
          struct<DeletedAcl>({
            errorCode: int16,
            errorMessage: nullable(string),
            resourceType: int8,
            resourceName: string,
            patternType: since(1, int8, LITERAL),
            ...acl,
          }),
        ),
      }),
    ),
  }),
};
