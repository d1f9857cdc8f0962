/** All requests that are understood, in the order of their keys. */
import type { Api } from './api.ts';
import { type SupportedApi, apiVersions } from './messages/api-versions.ts';
import { fetch } from './messages/fetch.ts';
import { findCoordinator } from './messages/find-coordinator.ts';
import { joinGroup } from './messages/join-group.ts';
import { listOffsets } from './messages/list-offsets.ts';
import { heartbeat, leaveGroup } from './messages/membership.ts';
import { metadata } from './messages/metadata.ts';
import { offsetCommit } from './messages/offset-commit.ts';
import { offsetFetch } from './messages/offset-fetch.ts';
import { produce } from './messages/produce.ts';
import { syncGroup } from './messages/sync-group.ts';

export const APIS: readonly Api<unknown, unknown>[] = [
  produce,
  fetch,
  listOffsets,
  metadata,
  offsetCommit,
  offsetFetch,
  findCoordinator,
  joinGroup,
  heartbeat,
  leaveGroup,
  syncGroup,
  apiVersions,
];

const BY_KEY: ReadonlyMap<number, Api<unknown, unknown>> = new Map(APIS.map((api) => [api.key, api]));

export function apiOf(key: number): Api<unknown, unknown> | undefined {
  return BY_KEY.get(key);
}

/** As ApiVersions tells them. */
export function supportedApis(): readonly SupportedApi[] {
  return APIS.map(({ key, versions }) => ({ apiKey: key, minVersion: versions.min, maxVersion: versions.max }));
}
