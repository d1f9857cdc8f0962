/** Access control lists: there is no authorizer, and that is what brokers without one answer. Source: KafkaApis.scala. */
import { errorCode } from '../error-codes.ts';
import { createAcls, deleteAcls, describeAcls } from '../messages/acls.ts';
import { type Handles, replies } from './on.ts';

const DISABLED = {
  errorCode: errorCode('SECURITY_DISABLED'),
  errorMessage: 'No Authorizer is configured on the broker',
} as const;

export const aclHandlers: readonly Handles[] = [
  replies(describeAcls, () => ({ throttleTimeMs: 0, ...DISABLED, resources: [] })),
  replies(createAcls, ({ creations }) => ({ throttleTimeMs: 0, results: creations.map(() => DISABLED) })),
  replies(deleteAcls, ({ filters }) => ({
    throttleTimeMs: 0,
    filterResults: filters.map(() => ({ ...DISABLED, matchingAcls: [] })),
  })),
];
