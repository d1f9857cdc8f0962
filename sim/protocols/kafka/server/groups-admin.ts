/** What admin clients ask about groups. */
import type { GroupCoordinator } from '../../../brokers/log/group/coordinator.ts';
import { errorCode } from '../error-codes.ts';
import { describeGroups, type DescribeGroupsResponse } from '../messages/describe-groups.ts';
import { deleteGroups, listGroups } from '../messages/group-admin.ts';
import { type Handles, replies } from './on.ts';

const UNKNOWN = -2_147_483_648;
const NOTHING = Buffer.alloc(0);

type Described = DescribeGroupsResponse['groups'][number];

const onDescribe = replies(describeGroups, ({ groups }, { session }): DescribeGroupsResponse => {
  const { coordinators } = session.endpoint.log.groups;
  return { throttleTimeMs: 0, groups: groups.map((groupId) => described(groupId, coordinators.known(groupId))) };
});

/** One that is not there is dead. */
function described(groupId: string, group: GroupCoordinator | undefined): Described {
  const there = group?.exists ? group : undefined;
  return {
    errorCode: errorCode(groupId === '' ? 'INVALID_GROUP_ID' : 'NONE'),
    groupId,
    groupState: there?.state ?? 'Dead',
    protocolType: there?.protocolType ?? '',
    protocolData: there?.protocol ?? '',
    members: (there?.members ?? []).map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.instanceId ?? null,
      clientId: member.clientId,
      clientHost: '/127.0.0.1',
      memberMetadata: bytesOf(member.protocols.find(({ name }) => name === there?.protocol)?.bytes),
      memberAssignment: bytesOf(member.assigned),
    })),
    authorizedOperations: UNKNOWN,
  };
}

const bytesOf = (bytes: Uint8Array | undefined): Buffer => (bytes ? Buffer.from(bytes) : NOTHING);

/** Each broker tells of those that it coordinates. */
const onList = replies(listGroups, ({ statesFilter }, { session }) => {
  const { endpoint, node } = session;
  const all = endpoint.log.groups.coordinators.all.filter((group) => {
    const isMine = node === undefined || group.node === node;
    return group.exists && isMine && (statesFilter.length === 0 || statesFilter.includes(group.state));
  });
  const groups = all.map(({ name: groupId, protocolType, state: groupState }) => ({
    groupId,
    protocolType,
    groupState,
  }));
  return { throttleTimeMs: 0, errorCode: 0, groups };
});

const onDelete = replies(deleteGroups, ({ groupsNames }, { session }) => {
  const { endpoint, node } = session;
  return {
    throttleTimeMs: 0,
    results: groupsNames.map((groupId) => {
      const group = endpoint.log.groups.coordinators.known(groupId);
      const refused = group ? group.delete(node) : ({ error: 'GROUP_ID_NOT_FOUND' } as const);
      if (!refused) endpoint.log.simulation.world.changed();
      return { groupId, errorCode: errorCode(refused?.error ?? 'NONE') };
    }),
  };
});

export const groupAdminHandlers: readonly Handles[] = [onDescribe, onList, onDelete];
