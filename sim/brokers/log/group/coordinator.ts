/**
 * The coordinator of one consumer group (Kafka's classic protocol): members join, one of them assigns, all are told, and
 * whoever is not of the newest generation is refused. Pure: the time is handed in, answers that have to wait come by callback.
 * Sources: Kafka's ClassicGroup and GroupMetadataManager; KIP-134 (initial delay), KIP-345 (static members), KIP-394 (member
 * ids), KIP-447 (transactional commits).
 *
 * Not modelled: a largest group size, new members that are given up after five minutes of waiting.
 */
import { join } from './joining.ts';
import type { GroupMember } from './member.ts';
import { GroupOffsets } from './offsets.ts';
import type {
  Asking,
  CommitRequest,
  Done,
  GroupError,
  HeartbeatRequest,
  JoinAnswer,
  JoinRequest,
  OffsetFetchAnswer,
  OffsetFetchRequest,
  OffsetOf,
  SyncAnswer,
  SyncRequest,
  TxnCommitRequest,
} from './protocol.ts';
import type { Refused } from '../kafka-error.ts';
import { type GroupState, Rebalance, type StoredGroup } from './rebalance.ts';
import type { GroupHooks, GroupSettings } from './settings.ts';

export class GroupCoordinator {
  readonly offsets = new GroupOffsets();
  #group: Rebalance;
  /** What `__consumer_offsets` says of the group, which is all that another broker knows when it takes over. */
  #stored: StoredGroup | undefined;
  #node = 0;
  #loadedUs = 0;
  /** Outlives a move: a member that had been put out may be one again then, and its process has gone on. */
  readonly #silent = new Set<string>();
  /** Those of them that no client uses any more, though it may not have read the answer yet that says so. */
  readonly #dropped = new Set<string>();
  readonly #ids = new Map<string, number>();
  readonly #bornUs: number;

  constructor(
    readonly name: string,
    readonly hooks: GroupHooks,
    readonly nowUs: () => number,
    readonly settings: GroupSettings,
  ) {
    this.#bornUs = nowUs();
    this.#group = this.#fresh();
  }

  get state(): GroupState {
    return this.#group.state;
  }

  get generation(): number {
    return this.#group.generation;
  }

  /** The assignor that was agreed on, and what the group is of: '' while it has had no members. */
  get protocol(): string {
    return this.#group.protocol;
  }

  get protocolType(): string {
    return this.#group.protocolType;
  }

  /** Whether there is anything that a group leaves behind: members, offsets, or that it had some. */
  get exists(): boolean {
    const { state, hadMembers, roster } = this.#group;
    return state !== 'Dead' && (hadMembers || !roster.isEmpty || !this.offsets.isEmpty);
  }

  get members(): readonly GroupMember[] {
    return [...this.#group.roster.members.values()];
  }

  /** The broker that coordinates the group. */
  get node(): number {
    return this.#node;
  }

  /** When `tick` has something to do next, unless something happens before; Infinity: never. */
  get nextDeadlineUs(): number {
    return this.#group.nextDeadlineUs;
  }

  /** As `nextDeadlineUs`, without the sessions of members that go on sending heartbeats, as far as is known. */
  get nextCertainUs(): number {
    return this.#group.nextCertainUs;
  }

  /** When the session of the first of these members ends whose heartbeats come as requests; Infinity: of none. */
  nextSessionEndUs(isMeant: (memberId: string) => boolean = () => true): number {
    return this.#group.nextSessionEndUs(isMeant);
  }

  /** Does what was due by then: joins that are waited for no longer, sessions that are over. */
  tick(nowUs: number = this.nowUs()): void {
    this.#group.tick(nowUs);
    this.#group.flush();
  }

  /**
   * Joins, or joins again. The answer comes at once or, while others are waited for, later.
   * Returns the member id that it has from now on, which a client hears with the answer only; undefined if it was refused.
   * Refused: MEMBER_ID_REQUIRED (join again with that id), UNKNOWN_MEMBER_ID (join again without an id), FENCED_INSTANCE_ID,
   * INCONSISTENT_GROUP_PROTOCOL, and what `Asking` may be refused with: NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS.
   */
  join(request: JoinRequest, answer: (answer: JoinAnswer) => void): string | undefined {
    const error = this.#refusal(request);
    if (error) answer({ error });
    const told = (joined: JoinAnswer): void => {
      this.#drop(request, joined.error);
      answer(joined);
    };
    const memberId = error ? undefined : join(this.#group, request, () => this.#newId(request), told);
    this.#group.flush();
    return memberId;
  }

  /** Asks for the assignment; the leader brings it. Parked until it has. Refused: ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, REBALANCE_IN_PROGRESS. */
  sync(request: SyncRequest, answer: (answer: SyncAnswer) => void): void {
    const group = this.#group;
    const refusal = this.#refusal(request);
    const member =
      refusal === 'COORDINATOR_LOAD_IN_PROGRESS'
        ? 'REBALANCE_IN_PROGRESS'
        : (refusal ?? this.#memberOf(request, request.generation));
    if (typeof member === 'string') answer({ error: this.#drop(request, member) });
    else if (group.state === 'PreparingRebalance') answer({ error: 'REBALANCE_IN_PROGRESS' });
    else {
      member.sync = answer;
      if (group.state === 'Stable') group.tell(member);
      else if (group.roster.leaderId === member.memberId) group.assign(request.assignments ?? {}, request.bytes);
    }
    group.flush();
  }

  /** It has moved, and reads what was written of the group. */
  get isLoading(): boolean {
    return this.nowUs() < this.#loadedUs;
  }

  /** Refused: REBALANCE_IN_PROGRESS (join again), ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID. */
  heartbeat(request: HeartbeatRequest): Done {
    const refusal = this.#refusal(request);
    // A coordinator that is not ready yet says yes to every heartbeat: members need not do anything about it.
    if (refusal === 'COORDINATOR_LOAD_IN_PROGRESS') return {};
    const error = this.#drop(request, refusal ?? this.#memberError(request, request.generation));
    if (error) return { error };
    this.#hear(request);
    return this.state === 'PreparingRebalance' ? { error: 'REBALANCE_IN_PROGRESS' } : {};
  }

  /** By its id, or a static member by its instance id alone. */
  leave(request: Asking): Done {
    const { memberId = '', instanceId } = request;
    // Whether or not it is heard: a client that leaves sends nothing more.
    if (memberId !== '') this.silence(memberId, this.nowUs());
    const error = this.#refusal(request);
    if (error) return { error };
    const group = this.#group;
    const known = instanceId === undefined ? memberId : group.roster.statics.get(instanceId);
    if (memberId !== '' && instanceId !== undefined && known !== undefined && known !== memberId) {
      return { error: 'FENCED_INSTANCE_ID' };
    }
    const member = group.roster.members.get(known ?? memberId);
    if (member) {
      this.#silent.add(member.memberId);
      group.remove(member, 'left');
    } else if (group.roster.pending.has(memberId)) group.removePending(memberId);
    else return { error: 'UNKNOWN_MEMBER_ID' };
    group.flush();
    return {};
  }

  /**
   * Nothing is heard of this member any more, since then: its process is gone, stopped, or cut off. Only for members whose
   * heartbeats are implied. Who left, or was told that its id is unknown or fenced, is silent without it.
   */
  silence(memberId: string, sinceUs: number): void {
    this.#silent.add(memberId);
    const member = this.#group.roster.members.get(memberId);
    if (member) member.heardUs = Math.max(member.heardUs, sinceUs);
  }

  /** Its session is over at once, whatever was heard of it. @returns whether it was a member */
  expel(memberId: string): boolean {
    const member = this.#group.roster.members.get(memberId);
    if (!member) return false;
    this.#group.remove(member, 'session');
    this.#group.flush();
    return true;
  }

  /** The member is heard again, unless it has been told that its id is unknown or fenced. */
  heard(memberId: string): void {
    if (!this.#dropped.has(memberId)) this.#silent.delete(memberId);
  }

  /**
   * Commits offsets of a member of this generation, or, while the group is empty, of anybody.
   * Refused: ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, REBALANCE_IN_PROGRESS (between join and sync).
   */
  commit(request: CommitRequest): Done {
    const error = this.#drop(request, this.#commitError(request, false));
    if (error) return { error };
    this.#hear(request);
    this.offsets.commit(request.offsets, this.nowUs(), request.isAsSaid);
    this.hooks.committed(this.name, request.offsets);
    return {};
  }

  /** The same in a transaction: fenced by the group's metadata where they are given, visible when the transaction commits. */
  txnCommit(request: TxnCommitRequest): Done {
    const error = this.#drop(request, this.#commitError(request, true));
    if (error) return { error };
    this.offsets.send(request.producerId, request.offsets, this.nowUs());
    return {};
  }

  /** The producer's transaction has ended. */
  endTransaction(producerId: number, outcome: 'commit' | 'abort'): void {
    const now = this.offsets.end(producerId, outcome);
    if (now.length > 0) this.hooks.committed(this.name, now, producerId);
  }

  /** What is committed. Refused: UNSTABLE_OFFSET_COMMIT (a transaction with offsets of these partitions is open; ask again). */
  fetch(request: OffsetFetchRequest): OffsetFetchAnswer {
    const error = this.#refusal(request);
    if (error) return { error };
    const { of, requireStable } = request;
    if (requireStable && of.some(({ topic, partition }) => this.offsets.isPending(topic, partition))) {
      return { error: 'UNSTABLE_OFFSET_COMMIT' };
    }
    return {
      offsets: of.map(({ topic, partition }): OffsetOf => {
        const { offset = -1, metadata } = this.offsets.get(topic, partition) ?? {};
        return { topic, partition, offset, ...(metadata !== undefined && { metadata }) };
      }),
    };
  }

  /**
   * Another broker takes over: it knows what `__consumer_offsets` says, and refuses all until it has read it. Requests that
   * wait for an answer get NOT_COORDINATOR, as do all that still go to the old one.
   */
  move(loadingUs = 0): void {
    const old = this.#group;
    for (const member of old.roster.members.values()) {
      old.answerJoin(member, { error: 'NOT_COORDINATOR' });
      old.answerSync(member, { error: 'NOT_COORDINATOR' });
    }
    this.#node = (this.#node + 1) % this.settings.nodes;
    this.#loadedUs = this.nowUs() + loadingUs;
    this.#group = this.#fresh(this.#stored);
    this.#group.loaded(this.#loadedUs);
    this.hooks.moved(this.name, this.#node);
    old.flush();
  }

  /** Forgets offsets that nobody has used for too long; a group that has neither members nor offsets left is dead. */
  expire(): void {
    const nowUs = this.nowUs();
    const group = this.#group;
    const { offsetsRetentionUs } = this.settings;
    // Asked at every request: in most runs no group lives for so long.
    if (nowUs < this.#bornUs + offsetsRetentionUs) return;
    const emptied = group.state === 'Empty' && group.hadMembers;
    const before = this.offsets.all;
    this.offsets.expire(nowUs, ({ topic, timeUs }) => {
      if (emptied) return group.sinceUs + offsetsRetentionUs;
      return group.hadMembers && !group.hasLeft(topic) ? Infinity : timeUs + offsetsRetentionUs;
    });
    const left = new Set(this.offsets.all);
    const gone = before.filter((one) => !left.has(one));
    if (gone.length > 0) this.hooks.expired(this.name, gone);
    const isOver = group.state === 'Empty' && this.offsets.isEmpty && group.roster.pending.size === 0;
    if (isOver && group.sinceUs + offsetsRetentionUs <= nowUs) group.state = 'Dead';
  }

  /** DeleteGroups: nothing of it is left, unless it has members. */
  delete(node?: number): Pick<Refused, 'error'> | undefined {
    const error = this.#refusal({ node });
    if (error) return { error };
    if (!this.exists) return { error: 'GROUP_ID_NOT_FOUND' };
    if (this.members.length > 0) return { error: 'NON_EMPTY_GROUP' };
    this.#group.state = 'Dead';
    return undefined;
  }

  /** What must always hold, and does not; undefined when all does. */
  get brokenLaw(): string | undefined {
    const broken = this.#group.brokenLaw ?? this.offsets.brokenLaw;
    return broken && `group ${this.name}: ${broken}`;
  }

  /** As it was when it was written last; its members' sessions begin anew. */
  #fresh(stored?: StoredGroup): Rebalance {
    const store = (written: StoredGroup): void => void (this.#stored = written);
    return new Rebalance(this.name, this.hooks, this.nowUs, this.settings, this.#silent, store, stored);
  }

  #newId({ clientId, instanceId }: JoinRequest): string {
    const stem = instanceId ?? clientId;
    const n = (this.#ids.get(stem) ?? 0) + 1;
    this.#ids.set(stem, n);
    return `${stem}-${n}`;
  }

  /** Whether the request came to a broker that can answer it. */
  #refusal({ node }: { readonly node?: number | undefined }): GroupError | undefined {
    if (node !== undefined && node !== this.#node) return 'NOT_COORDINATOR';
    return this.isLoading ? 'COORDINATOR_LOAD_IN_PROGRESS' : undefined;
  }

  #memberError(asking: Asking, generation: number): GroupError | undefined {
    const found = this.#memberOf(asking, generation);
    return typeof found === 'string' ? found : undefined;
  }

  /** Who asks, if it is a member of this generation; else why it is refused. */
  #memberOf({ memberId, instanceId }: Asking, generation: number): GroupMember | GroupError {
    const { roster, state } = this.#group;
    if (state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
    if (instanceId !== undefined) {
      const known = roster.statics.get(instanceId);
      if (known === undefined) return 'UNKNOWN_MEMBER_ID';
      if (known !== memberId) return 'FENCED_INSTANCE_ID';
    }
    const member = roster.find(memberId);
    if (!member) return 'UNKNOWN_MEMBER_ID';
    return generation === this.generation ? member : 'ILLEGAL_GENERATION';
  }

  #commitError(request: CommitRequest, isTransactional: boolean): GroupError | undefined {
    const { memberId = '', instanceId, generation = -1, offsets } = request;
    const refusal = this.#refusal(request);
    if (refusal) return refusal;
    if (offsets.some(({ topic, partition }) => !this.hooks.hasPartition(topic, partition))) {
      return 'UNKNOWN_TOPIC_OR_PARTITION';
    }
    if (this.state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
    if (generation < 0 && this.state === 'Empty') return undefined;
    if (generation >= 0 || memberId !== '' || instanceId !== undefined) {
      const error = this.#memberError(request, generation);
      if (error) return error;
    } else if (!isTransactional) return 'UNKNOWN_MEMBER_ID';
    return !isTransactional && this.state === 'CompletingRebalance' ? 'REBALANCE_IN_PROGRESS' : undefined;
  }

  /** A client uses no id any more of which it was told that it is unknown or fenced. */
  #drop<E extends GroupError | undefined>({ memberId }: Asking, error: E): E {
    if (memberId && (error === 'UNKNOWN_MEMBER_ID' || error === 'FENCED_INSTANCE_ID')) {
      this.#silent.add(memberId);
      this.#dropped.add(memberId);
    }
    return error;
  }

  #hear({ memberId }: Asking): void {
    const member = this.#group.roster.find(memberId);
    if (member) member.heardUs = this.nowUs();
  }
}
