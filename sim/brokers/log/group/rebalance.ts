/**
 * The states of a group and how it goes from one generation to the next. Answers that become due while a state changes are
 * given when it has changed, since who gets one may ask again at once. Sources: Kafka's ClassicGroup, DelayedJoin and
 * InitialDelayedJoin.
 */
import { type Assignment, flatten, keyOf } from './assignors/assignor.ts';
import type { GroupMember } from './member.ts';
import type { GroupError, JoinAnswer, Joined, SyncAnswer } from './protocol.ts';
import { Roster } from './roster.ts';
import type { Expelled, GroupHooks, GroupSettings } from './settings.ts';

export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead';

/** What `__consumer_offsets` keeps of a group: only what has been agreed on. */
export interface StoredGroup {
  readonly generation: number;
  readonly protocol: string;
  readonly protocolType: string;
  readonly sinceUs: number;
  readonly leaderId: string | undefined;
  readonly members: readonly GroupMember[];
}

export class Rebalance {
  state: GroupState = 'Empty';
  generation = 0;
  protocol = '';
  /** What all its members are of: `consumer`, as a rule. */
  protocolType = '';
  /** When it came into this state. */
  sinceUs: number;
  /** Whether it ever had members: a group without is a place for offsets only. */
  hadMembers = false;
  readonly roster = new Roster();
  /** When those who have not joined are not waited for any more. */
  #joinEndsUs = Infinity;
  /** Of the initial delay: how much longer it may get while new members come. */
  #remainingUs = 0;
  #isInitial = false;
  #hasNewcomer = false;
  #syncEndsUs = Infinity;
  readonly #due: (() => void)[] = [];

  constructor(
    readonly name: string,
    readonly hooks: GroupHooks,
    readonly nowUs: () => number,
    readonly settings: GroupSettings,
    /** Ids of which nothing is heard any more, members or not. */
    readonly silent: ReadonlySet<string>,
    /** The group's state is written to `__consumer_offsets`. */
    readonly store: (group: StoredGroup) => void,
    stored?: StoredGroup,
  ) {
    this.sinceUs = stored?.sinceUs ?? nowUs();
    if (!stored) return;
    this.hadMembers = true;
    this.generation = stored.generation;
    this.protocol = stored.protocol;
    this.protocolType = stored.protocolType;
    for (const member of stored.members) this.roster.put(member.stored());
    this.roster.leaderId = stored.leaderId;
    this.state = this.roster.isEmpty ? 'Empty' : 'Stable';
  }

  /** What must always hold, and does not. */
  get brokenLaw(): string | undefined {
    const { members, statics, leaderId } = this.roster;
    if (leaderId !== undefined && !members.has(leaderId)) return `the leader ${leaderId} is no member`;
    const stray = [...statics].find(([, memberId]) => !members.has(memberId));
    if (stray) return `the static member ${stray[0]} is no member`;
    if (this.state === 'Empty' && members.size > 0) return 'empty, with members';
    if (this.state === 'Stable' && members.size === 0) return 'stable, without members';
    const owners = new Map<string, string>();
    for (const { memberId, assignment } of members.values()) {
      for (const partition of flatten(assignment).map(keyOf)) {
        const other = owners.get(partition);
        if (other !== undefined) return `${partition} belongs to ${other} and ${memberId} in one generation`;
        owners.set(partition, memberId);
      }
    }
    return undefined;
  }

  /** A coordinator that took over has read the group by then: sessions begin anew. */
  loaded(loadedUs: number): void {
    for (const member of this.roster.members.values()) member.heardUs = loadedUs;
  }

  /** Whether no member reads this topic, as far as has been agreed on. */
  hasLeft(topic: string): boolean {
    const members = [...this.roster.members.values()];
    return this.state === 'Stable' && members.every((m) => !m.metadataFor(this.protocol).topics.includes(topic));
  }

  /** Writes what has been agreed on to `__consumer_offsets`. */
  write(): void {
    const { generation, protocol, protocolType, sinceUs, roster } = this;
    const members = [...roster.members.values()].map((member) => member.stored());
    this.store({ generation, protocol, protocolType, sinceUs, leaderId: roster.leaderId, members });
  }

  get nextDeadlineUs(): number {
    return Math.min(
      this.nextCertainUs,
      this.nextSessionEndUs(() => true),
    );
  }

  /** As `nextDeadlineUs`, without the sessions of members that go on sending heartbeats, as far as is known. */
  get nextCertainUs(): number {
    const sessions = this.#sessionEnds((member) => this.silent.has(member.memberId));
    return Math.min(this.#joinEndsUs, this.#syncEndsUs, ...this.roster.pending.values(), ...sessions);
  }

  /** When the next session ends of a member whose heartbeats come as requests, if none comes. */
  nextSessionEndUs(isMeant: (memberId: string) => boolean): number {
    const sessions = this.#sessionEnds(
      ({ beats, memberId }) => beats && !this.silent.has(memberId) && isMeant(memberId),
    );
    return Math.min(Infinity, ...sessions);
  }

  #sessionEnds(isMeant: (member: GroupMember) => boolean): number[] {
    return [...this.roster.members.values()].filter(isMeant).map((member) => this.#sessionEndsUs(member));
  }

  /** Does what was due by then. */
  tick(nowUs: number): void {
    for (const member of this.roster.members.values()) {
      if (this.#sessionEndsUs(member) > nowUs) continue;
      if (this.#stillBeats(member)) member.heardUs = nowUs;
      else this.remove(member, 'session');
    }
    for (const [memberId, untilUs] of this.roster.pending) if (untilUs <= nowUs) this.removePending(memberId);
    if (this.#joinEndsUs <= nowUs) this.#joinsEnd(nowUs);
    if (this.#syncEndsUs <= nowUs) this.#syncsEnd();
  }

  /** Gives the answers that are due. */
  flush(): void {
    for (let next = this.#due.shift(); next; next = this.#due.shift()) next();
  }

  answerJoin(member: GroupMember, answer: JoinAnswer): void {
    const { join } = member;
    if (!join) return;
    member.join = undefined;
    this.#due.push(() => join(answer));
  }

  answerSync(member: GroupMember, answer: SyncAnswer): void {
    const { sync } = member;
    if (!sync) return;
    member.sync = undefined;
    this.#due.push(() => sync(answer));
  }

  joined(member: GroupMember): Joined {
    const leads = this.roster.leaderId === member.memberId;
    return {
      memberId: member.memberId,
      generation: this.generation,
      protocol: this.protocol,
      leaderId: this.roster.leaderId as string,
      members: leads ? this.roster.described(this.protocol) : [],
      skipAssignment: false,
    };
  }

  /** A new member has been added, which waits for its answer. */
  newcomer(): void {
    if (this.state === 'PreparingRebalance' && this.#isInitial) this.#hasNewcomer = true;
    this.prepare();
  }

  /** All must join (again); those who wait for an assignment are sent back. */
  prepare(): void {
    if (this.state !== 'PreparingRebalance') {
      if (this.state === 'CompletingRebalance') this.refuseSyncs('REBALANCE_IN_PROGRESS');
      this.#syncEndsUs = Infinity;
      this.hadMembers = true;
      this.#waitForJoins(this.state === 'Empty');
      this.#enter('PreparingRebalance');
    }
    if (!this.#isInitial) this.#completeIfAllJoined();
  }

  remove(member: GroupMember, why: Expelled | 'left'): void {
    this.answerJoin(member, { error: 'UNKNOWN_MEMBER_ID' });
    this.answerSync(member, { error: 'UNKNOWN_MEMBER_ID' });
    this.#putOut(member, why);
    if (this.state === 'Stable' || this.state === 'CompletingRebalance') this.prepare();
    else this.#completeIfAllJoined();
  }

  removePending(memberId: string): void {
    this.roster.pending.delete(memberId);
    this.#completeIfAllJoined();
  }

  /** The leader has said who gets what. */
  assign(assignment: Assignment, bytes: Readonly<Record<string, Uint8Array>> = {}): void {
    const all: Record<string, Assignment[string]> = {};
    for (const member of this.roster.members.values()) {
      member.assignment = assignment[member.memberId] ?? {};
      member.assigned = bytes[member.memberId];
      all[member.memberId] = member.assignment;
    }
    this.#enter('Stable');
    this.write();
    const leaderId = this.roster.leaderId as string;
    const { generation, protocol } = this;
    this.hooks.rebalanced(this.name, { generation, protocol, leaderId, assignment: all });
    for (const member of this.roster.members.values()) if (member.sync) this.tell(member);
  }

  /** Its assignment, to a member that asked. */
  tell(member: GroupMember): void {
    member.synced = true;
    member.heardUs = this.nowUs();
    const { assignment, assigned: bytes } = member;
    this.answerSync(member, { protocol: this.protocol, assignment, ...(bytes && { bytes }) });
    if ([...this.roster.members.values()].every(({ synced }) => synced)) this.#syncEndsUs = Infinity;
  }

  refuseSyncs(error: GroupError): void {
    for (const member of this.roster.members.values()) {
      if (member.sync) member.heardUs = this.nowUs();
      this.answerSync(member, { error });
    }
  }

  #completeIfAllJoined(): void {
    if (this.state === 'PreparingRebalance' && this.roster.haveAllJoined) this.#completeJoins();
  }

  #waitForJoins(isInitial: boolean): void {
    const rebalanceUs = this.roster.rebalanceTimeoutUs;
    const delayUs = this.settings.initialDelayUs;
    this.#isInitial = isInitial;
    this.#hasNewcomer = false;
    this.#remainingUs = Math.max(rebalanceUs - delayUs, 0);
    this.#joinEndsUs = this.nowUs() + (isInitial ? delayUs : rebalanceUs);
  }

  #joinsEnd(nowUs: number): void {
    if (this.#isInitial && this.#hasNewcomer && this.#remainingUs > 0) {
      const delayUs = Math.min(this.settings.initialDelayUs, this.#remainingUs);
      this.#remainingUs -= delayUs;
      this.#hasNewcomer = false;
      this.#joinEndsUs = nowUs + delayUs;
      return;
    }
    this.#completeJoins();
  }

  /** Who has not joined is put out, unless it is static: that may come back within its session. */
  #completeJoins(): void {
    for (const member of this.roster.members.values()) {
      if (!member.join && !member.isStatic) this.#putOut(member, 'rebalance');
    }
    if (!this.roster.elect() && !this.roster.isEmpty) {
      this.#waitForJoins(false);
      return;
    }
    this.#joinEndsUs = Infinity;
    this.generation++;
    if (this.roster.isEmpty) {
      this.protocol = '';
      this.#enter('Empty');
      this.write();
      return;
    }
    this.protocol = this.roster.chooseProtocol();
    this.#enter('CompletingRebalance');
    this.#syncEndsUs = this.nowUs() + this.roster.rebalanceTimeoutUs;
    for (const member of this.roster.members.values()) {
      member.synced = false;
      member.heardUs = this.nowUs();
      this.answerJoin(member, this.joined(member));
    }
  }

  #syncsEnd(): void {
    this.#syncEndsUs = Infinity;
    const late = [...this.roster.members.values()].filter(({ synced, sync }) => !synced && !sync);
    for (const member of late) this.#putOut(member, 'sync');
    if (late.length > 0) this.prepare();
  }

  #putOut(member: GroupMember, why: Expelled | 'left'): void {
    this.roster.remove(member);
    if (why === 'left') this.hooks.left(this.name, member.memberId, this.generation);
    else this.hooks.expelled(this.name, member.memberId, this.generation, why);
  }

  #stillBeats({ memberId }: GroupMember): boolean {
    return !this.silent.has(memberId) && this.hooks.stillBeats?.(this.name, memberId) === true;
  }

  #sessionEndsUs(member: GroupMember): number {
    const runs = member.beats || this.silent.has(member.memberId);
    return runs && !member.isParked ? member.heardUs + member.sessionTimeoutUs : Infinity;
  }

  #enter(state: GroupState): void {
    this.state = state;
    this.sinceUs = this.nowUs();
  }
}
