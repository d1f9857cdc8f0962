/** How a coordinator takes a JoinGroup: of a new member, of one that it knows, of a static one that came back. */
import type { GroupMember } from './member.ts';
import type { JoinAnswer, JoinRequest } from './protocol.ts';
import type { Rebalance } from './rebalance.ts';

type Answer = (answer: JoinAnswer) => void;

/**
 * Returns the id of the member, if it is one now.
 *
 * @param newId makes up the id of a new member
 */
export function join(group: Rebalance, request: JoinRequest, newId: () => string, answer: Answer): string | undefined {
  const [shortestUs, longestUs] = group.settings.sessionTimeoutsUs;
  const isTimeout = request.sessionTimeoutUs >= shortestUs && request.sessionTimeoutUs <= longestUs;
  const { protocolType = 'consumer' } = request;
  if (group.state === 'Dead') answer({ error: 'COORDINATOR_NOT_AVAILABLE' });
  else if (request.beats && !isTimeout) answer({ error: 'INVALID_SESSION_TIMEOUT' });
  else if (!group.roster.isEmpty && protocolType !== group.protocolType) {
    answer({ error: 'INCONSISTENT_GROUP_PROTOCOL' });
  } else if (request.protocols.length === 0 || !group.roster.supports(request.protocols)) {
    answer({ error: 'INCONSISTENT_GROUP_PROTOCOL' });
  } else {
    const memberId = request.memberId || newId();
    group.protocolType = protocolType;
    if (request.memberId) joinWithId(group, request, memberId, answer);
    else joinWithoutId(group, request, memberId, answer);
    return group.roster.members.has(memberId) ? memberId : undefined;
  }
}

function joinWithoutId(group: Rebalance, request: JoinRequest, memberId: string, answer: Answer): void {
  const { roster, name, hooks } = group;
  const { instanceId } = request;
  const known = instanceId === undefined ? undefined : roster.statics.get(instanceId);
  if (known !== undefined) {
    comeBack(group, roster.members.get(known) as GroupMember, request, memberId, answer);
  } else if (instanceId === undefined && request.needsMemberId) {
    roster.pending.set(memberId, group.nowUs() + request.sessionTimeoutUs);
    answer({ error: 'MEMBER_ID_REQUIRED', memberId });
  } else {
    hooks.joined(name, memberId, instanceId, undefined);
    enter(group, request, memberId, answer);
  }
}

function joinWithId(group: Rebalance, request: JoinRequest, memberId: string, answer: Answer): void {
  const { roster, name, hooks } = group;
  const { instanceId } = request;
  if (roster.pending.has(memberId)) {
    hooks.joined(name, memberId, instanceId, undefined);
    enter(group, request, memberId, answer);
    return;
  }
  const known = instanceId === undefined ? undefined : roster.statics.get(instanceId);
  const member = roster.members.get(memberId);
  if (known !== undefined && known !== memberId) answer({ error: 'FENCED_INSTANCE_ID' });
  else if (!member || (instanceId !== undefined && known === undefined)) answer({ error: 'UNKNOWN_MEMBER_ID' });
  else rejoin(group, member, request, answer);
}

function enter(group: Rebalance, request: JoinRequest, memberId: string, answer: Answer): void {
  group.roster.add(memberId, request, group.nowUs()).join = answer;
  group.newcomer();
}

function rejoin(group: Rebalance, member: GroupMember, request: JoinRequest, answer: Answer): void {
  const { state, roster } = group;
  // A leader that joins a stable group wants the partitions to be shared out anew: a topic may have changed.
  const isOld = member.says(request.protocols) && !(state === 'Stable' && roster.leaderId === member.memberId);
  if (state === 'PreparingRebalance' || !isOld) {
    member.update(request);
    member.join = answer;
    group.prepare();
    return;
  }
  member.join = answer;
  group.answerJoin(member, group.joined(member));
}

/**
 * Another process with the instance id of a member: the member goes on under a new id, and whoever still uses the old one is
 * fenced. In a stable group it keeps its assignment and nobody else notices.
 */
function comeBack(group: Rebalance, old: GroupMember, request: JoinRequest, memberId: string, answer: Answer): void {
  const { roster, name, hooks } = group;
  group.answerJoin(old, { error: 'FENCED_INSTANCE_ID' });
  group.answerSync(old, { error: 'FENCED_INSTANCE_ID' });
  const led = roster.leaderId;
  const member = roster.replace(old, memberId, request, group.nowUs());
  hooks.expelled(name, old.memberId, group.generation, 'fenced');
  hooks.joined(name, memberId, request.instanceId, old.memberId);
  member.join = answer;
  if (group.state !== 'Stable' || roster.chooseProtocol() !== group.protocol) {
    group.prepare();
    return;
  }
  member.synced = old.synced;
  group.write();
  const joined = group.joined(member);
  // It must not take itself for a leader that has to assign: nobody would be told.
  group.answerJoin(member, led === old.memberId ? { ...joined, skipAssignment: true } : joined);
}
