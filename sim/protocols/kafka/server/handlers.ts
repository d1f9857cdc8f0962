/** All that a broker answers, by the numbers of the requests. */
import { aclHandlers } from './acls.ts';
import { commitHandlers } from './commit.ts';
import { configAdminHandlers } from './configs-admin.ts';
import { fetchHandlers } from './fetch.ts';
import { groupAdminHandlers } from './groups-admin.ts';
import { groupHandlers } from './groups.ts';
import { metadataHandlers } from './metadata.ts';
import { offsetHandlers } from './offsets.ts';
import type { Handler, Handles } from './on.ts';
import { produceHandlers } from './produce.ts';
import { topicAdminHandlers } from './topics-admin.ts';
import { transactionHandlers } from './transactions.ts';

const ALL: readonly Handles[] = [
  ...metadataHandlers(() => APIS),
  ...produceHandlers,
  ...fetchHandlers,
  ...offsetHandlers,
  ...commitHandlers,
  ...groupHandlers,
  ...transactionHandlers,
  ...topicAdminHandlers,
  ...configAdminHandlers,
  ...groupAdminHandlers,
  ...aclHandlers,
];

const APIS = ALL.map(([api]) => api).toSorted((a, b) => a.key - b.key);

export const HANDLERS: ReadonlyMap<number, Handler> = new Map(ALL.map(([api, handler]) => [api.key, handler]));
