/** A member of a group, as its coordinator knows it. */
import type { Partitions } from './assignors/assignor.ts';
import type { JoinAnswer, JoinRequest, Protocol, SyncAnswer } from './protocol.ts';

export class GroupMember {
  readonly instanceId: string | undefined;
  readonly clientId: string;
  protocols: readonly Protocol[];
  sessionTimeoutUs: number;
  rebalanceTimeoutUs: number;
  /** Whether its heartbeats come as requests. */
  readonly beats: boolean;
  assignment: Partitions = {};
  /** As a real client's leader sent it. */
  assigned: Uint8Array | undefined;
  /** When its session began to run anew. */
  heardUs: number;
  /** A JoinGroup or SyncGroup of it that is not answered yet: until it is, its session does not run. */
  join: ((answer: JoinAnswer) => void) | undefined;
  sync: ((answer: SyncAnswer) => void) | undefined;
  /** Whether it has asked for its assignment in this generation. */
  synced = false;

  constructor(
    readonly memberId: string,
    request: JoinRequest,
    nowUs: number,
  ) {
    this.instanceId = request.instanceId;
    this.clientId = request.clientId;
    this.protocols = request.protocols;
    this.sessionTimeoutUs = request.sessionTimeoutUs;
    this.rebalanceTimeoutUs = request.rebalanceTimeoutUs;
    this.beats = request.beats ?? false;
    this.heardUs = nowUs;
  }

  get isStatic(): boolean {
    return this.instanceId !== undefined;
  }

  get isParked(): boolean {
    return this.join !== undefined || this.sync !== undefined;
  }

  /** It joins again. */
  update(request: JoinRequest): void {
    this.protocols = request.protocols;
    this.sessionTimeoutUs = request.sessionTimeoutUs;
    this.rebalanceTimeoutUs = request.rebalanceTimeoutUs;
  }

  /** Whether it says what it said when it joined. */
  says(protocols: readonly Protocol[]): boolean {
    return JSON.stringify(protocols) === JSON.stringify(this.protocols);
  }

  metadataFor(protocol: string): Protocol['metadata'] {
    return this.said(protocol).metadata;
  }

  /** What it says to whoever assigns by this protocol. */
  said(protocol: string): Protocol {
    return this.protocols.find(({ name }) => name === protocol) as Protocol;
  }

  /** As `__consumer_offsets` keeps it: without what is under way. */
  stored(): GroupMember {
    const copy: GroupMember = Object.create(GroupMember.prototype) as GroupMember;
    return Object.assign(copy, this, { join: undefined, sync: undefined });
  }
}
