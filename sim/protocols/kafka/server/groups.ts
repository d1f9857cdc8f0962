/** What members of groups ask: to join, for their assignment, to stay, to leave. */
import type { Partitions } from '../../../brokers/log/group/assignors/assignor.ts';
import type { JoinAnswer, Protocol, SyncAnswer } from '../../../brokers/log/group/protocol.ts';
import { readAssignment, readSubscription } from '../consumer-protocol.ts';
import { type ErrorName, errorCode } from '../error-codes.ts';
import { joinGroup, type JoinGroupRequest, type JoinGroupResponse } from '../messages/join-group.ts';
import { heartbeat, leaveGroup, type LeaveGroupRequest } from '../messages/membership.ts';
import { syncGroup, type SyncGroupRequest, type SyncGroupResponse } from '../messages/sync-group.ts';
import type { Exchange } from './exchange.ts';
import { type Handles, on, replies } from './on.ts';
import type { KafkaSession } from './session.ts';

/** From this version of JoinGroup on a new member is first told its id (KIP-394). */
const NEEDS_MEMBER_ID = 4;
const NOTHING = Buffer.alloc(0);

interface Asking {
  readonly memberId: string;
  readonly instanceId?: string;
  readonly node?: number;
}

/** Who asks whom. */
function asking(
  { node }: KafkaSession,
  { memberId, groupInstanceId }: { readonly memberId: string; readonly groupInstanceId: string | null },
): Asking {
  return {
    memberId,
    ...(groupInstanceId !== null && { instanceId: groupInstanceId }),
    ...(node !== undefined && { node }),
  };
}

function onJoin(exchange: Exchange<JoinGroupResponse>, request: JoinGroupRequest): void {
  exchange.inTurn(() => {
    if (exchange.session.isCut) exchange.drop();
    else join(exchange, request);
  });
}

function join(exchange: Exchange<JoinGroupResponse>, request: JoinGroupRequest): void {
  const { session, header } = exchange;
  const { endpoint, process } = session;
  const { groupId, memberId, sessionTimeoutMs, rebalanceTimeoutMs, protocolType } = request;
  if (groupId === '') return exchange.respond(refusedJoin(request, 'INVALID_GROUP_ID', memberId));
  // What it was at it has given up before it asks.
  if (memberId !== '') endpoint.members.revoked(groupId, memberId);
  const answered = (answer: JoinAnswer): void => {
    if (answer.error !== undefined) {
      endpoint.members.refused(groupId, memberId, answer.error);
      return exchange.respond(refusedJoin(request, answer.error, answer.memberId ?? memberId));
    }
    endpoint.members.heard(session.process, groupId, answer.memberId);
    exchange.respond(joined(request, answer));
  };
  endpoint.log.groups.ask(groupId, (coordinator) =>
    coordinator.join(
      {
        ...asking(session, request),
        clientId: header.clientId ?? process.label,
        protocols: request.protocols.map(({ name, metadata }) => protocolOf(name, metadata)),
        sessionTimeoutUs: sessionTimeoutMs * 1000,
        rebalanceTimeoutUs: (rebalanceTimeoutMs < 0 ? sessionTimeoutMs : rebalanceTimeoutMs) * 1000,
        needsMemberId: header.apiVersion >= NEEDS_MEMBER_ID,
        protocolType,
        beats: true,
      },
      answered,
    ),
  );
}

/** What is no subscription of Kafka's own protocol names no topics. */
function protocolOf(name: string, metadata: Buffer): Protocol {
  const bytes = Buffer.from(metadata);
  const read = readSubscription(bytes);
  if (!('value' in read)) return { name, metadata: { topics: [] }, bytes };
  const { topics, ownedPartitions } = read.value;
  return { name, metadata: { topics, owned: partitionsOf(ownedPartitions) }, bytes };
}

function partitionsOf(list: readonly { readonly topic: string; readonly partitions: readonly number[] }[]): Partitions {
  return Object.fromEntries(list.map(({ topic, partitions }) => [topic, partitions]));
}

function joined(
  { protocolType }: JoinGroupRequest,
  { memberId, generation, protocol, leaderId, members, skipAssignment }: Extract<JoinAnswer, { generation: number }>,
): JoinGroupResponse {
  return {
    throttleTimeMs: 0,
    errorCode: errorCode('NONE'),
    generationId: generation,
    protocolType,
    protocolName: protocol,
    leader: leaderId,
    skipAssignment,
    memberId,
    members: members.map(({ memberId, instanceId, bytes }) => {
      return { memberId, groupInstanceId: instanceId ?? null, metadata: bytes ? Buffer.from(bytes) : NOTHING };
    }),
  };
}

function refusedJoin({ protocolType }: JoinGroupRequest, error: ErrorName, memberId: string): JoinGroupResponse {
  return {
    throttleTimeMs: 0,
    errorCode: errorCode(error),
    generationId: -1,
    protocolType,
    protocolName: '',
    leader: '',
    skipAssignment: false,
    memberId,
    members: [],
  };
}

function onSync(exchange: Exchange<SyncGroupResponse>, request: SyncGroupRequest): void {
  exchange.inTurn(() => {
    if (exchange.session.isCut) exchange.drop();
    else sync(exchange, request);
  });
}

function sync(exchange: Exchange<SyncGroupResponse>, request: SyncGroupRequest): void {
  const { session } = exchange;
  const { members, log } = session.endpoint;
  const { groupId, memberId, generationId: generation, protocolType, protocolName } = request;
  const respond = (error: ErrorName, assignment: Buffer): void =>
    exchange.respond({ throttleTimeMs: 0, errorCode: errorCode(error), protocolType, protocolName, assignment });
  if (groupId === '') return respond('INVALID_GROUP_ID', NOTHING);
  const answered = (answer: SyncAnswer): void => {
    if (answer.error !== undefined) {
      members.refused(groupId, memberId, answer.error);
      return respond(answer.error, NOTHING);
    }
    members.heard(session.process, groupId, memberId);
    const member = members.get(groupId, memberId);
    if (member) members.assigned(member, generation, answer.assignment);
    respond('NONE', answer.bytes ? Buffer.from(answer.bytes) : NOTHING);
  };
  const bytes = Object.fromEntries(request.assignments.map((one) => [one.memberId, Buffer.from(one.assignment)]));
  const assignments = Object.fromEntries(Object.entries(bytes).map(([id, each]) => [id, assignedBy(each)]));
  log.groups.ask(groupId, (coordinator) =>
    coordinator.sync({ ...asking(session, request), generation, assignments, bytes }, answered),
  );
}

function assignedBy(bytes: Buffer): Partitions {
  const read = readAssignment(bytes);
  return 'value' in read ? partitionsOf(read.value.assignedPartitions) : {};
}

const onHeartbeat = replies(heartbeat, (request, { session }) => {
  const { members, log } = session.endpoint;
  const { groupId, memberId, generationId: generation } = request;
  const respond = (error: ErrorName) => ({ throttleTimeMs: 0, errorCode: errorCode(error) });
  if (groupId === '') return respond('INVALID_GROUP_ID');
  const { error } = log.groups.ask(groupId, (coordinator) =>
    coordinator.heartbeat({ ...asking(session, request), generation }),
  );
  if (error === undefined || error === 'REBALANCE_IN_PROGRESS') members.heard(session.process, groupId, memberId);
  members.refused(groupId, memberId, error);
  return respond(error ?? 'NONE');
});

const onLeave = replies(leaveGroup, (request, { session, header }) => {
  const leaving = leavers(request, header.apiVersion);
  const left = leaving.map(({ memberId, groupInstanceId }) => {
    const { members, log } = session.endpoint;
    const { error } = log.groups.ask(request.groupId, (coordinator) =>
      coordinator.leave(asking(session, { memberId, groupInstanceId })),
    );
    if (error === undefined) members.left(request.groupId, memberId);
    return { memberId, groupInstanceId, errorCode: errorCode(error ?? 'NONE') };
  });
  const [first] = left;
  return { throttleTimeMs: 0, errorCode: header.apiVersion < 3 ? (first?.errorCode ?? 0) : 0, members: left };
});

type Leaver = Pick<LeaveGroupRequest['members'][number], 'memberId' | 'groupInstanceId'>;

/** Several at once since version 3. */
function leavers({ memberId, members }: LeaveGroupRequest, version: number): readonly Leaver[] {
  return version < 3 ? [{ memberId, groupInstanceId: null }] : members;
}

export const groupHandlers: readonly Handles[] = [on(joinGroup, onJoin), on(syncGroup, onSync), onHeartbeat, onLeave];
