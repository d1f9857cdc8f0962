/** Who is in a group: dynamic and static members, those that were given an id and have not joined with it yet, the leader. */
import { GroupMember } from './member.ts';
import type { JoinRequest, JoinedMember, Protocol } from './protocol.ts';

export class Roster {
  /** By member id, in the order in which they joined. */
  readonly members = new Map<string, GroupMember>();
  /** Member ids of static members, by instance id. */
  readonly statics = new Map<string, string>();
  /** Ids that were handed out with MEMBER_ID_REQUIRED, and until when they hold. */
  readonly pending = new Map<string, number>();
  leaderId: string | undefined;

  find(memberId: string | undefined): GroupMember | undefined {
    return memberId === undefined ? undefined : this.members.get(memberId);
  }

  get isEmpty(): boolean {
    return this.members.size === 0;
  }

  get haveAllJoined(): boolean {
    return this.pending.size === 0 && [...this.members.values()].every(({ join }) => join !== undefined);
  }

  /** How long the slowest may take to join again. */
  get rebalanceTimeoutUs(): number {
    return Math.max(0, ...[...this.members.values()].map(({ rebalanceTimeoutUs }) => rebalanceTimeoutUs));
  }

  add(memberId: string, request: JoinRequest, nowUs: number): GroupMember {
    this.pending.delete(memberId);
    return this.put(new GroupMember(memberId, request, nowUs));
  }

  put(member: GroupMember): GroupMember {
    this.members.set(member.memberId, member);
    if (member.instanceId !== undefined) this.statics.set(member.instanceId, member.memberId);
    this.leaderId ??= member.memberId;
    return member;
  }

  remove(member: GroupMember): void {
    this.members.delete(member.memberId);
    if (member.instanceId !== undefined) this.statics.delete(member.instanceId);
    if (this.leaderId === member.memberId) this.leaderId = this.members.keys().next().value;
  }

  /** A static member came back under another id: it takes the place of the older one, with what that was assigned. */
  replace(old: GroupMember, memberId: string, request: JoinRequest, nowUs: number): GroupMember {
    const leads = this.leaderId === old.memberId;
    this.remove(old);
    const member = this.add(memberId, request, nowUs);
    member.assignment = old.assignment;
    member.assigned = old.assigned;
    if (leads) this.leaderId = memberId;
    return member;
  }

  /** Sees to it that the leader is one who has joined; false when nobody has. */
  elect(): boolean {
    if (this.leaderId !== undefined && this.members.get(this.leaderId)?.join) return true;
    const joined = [...this.members.values()].find(({ join }) => join !== undefined);
    if (joined) this.leaderId = joined.memberId;
    return joined !== undefined;
  }

  /** Whether there is an assignor that all members and this list have in common. */
  supports(protocols: readonly Protocol[]): boolean {
    return protocols.some(({ name }) => this.#all(name));
  }

  /** Of the assignors that all support, the one that most members like best. */
  chooseProtocol(): string {
    const votes = new Map<string, number>();
    for (const { protocols } of this.members.values()) {
      const vote = protocols.find(({ name }) => this.#all(name))?.name;
      if (vote !== undefined) votes.set(vote, (votes.get(vote) ?? 0) + 1);
    }
    const [[best] = ['']] = [...votes].toSorted(([, a], [, b]) => b - a);
    return best;
  }

  described(protocol: string): JoinedMember[] {
    return [...this.members.values()].map((member) => {
      const { metadata, bytes } = member.said(protocol);
      const { memberId, instanceId } = member;
      return { memberId, instanceId, metadata, ...(bytes && { bytes }) };
    });
  }

  #all(protocol: string): boolean {
    return [...this.members.values()].every(({ protocols }) => protocols.some(({ name }) => name === protocol));
  }
}
