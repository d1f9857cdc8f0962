/**
 * A consumer's place in its group: it joins, is told what it is assigned, hears of rebalances and of its own expulsion at a
 * heartbeat or a commit, and leaves. What it is working at it finishes first. Sources: Kafka's AbstractCoordinator,
 * ConsumerCoordinator (KIP-345 static members, KIP-394 member ids, KIP-429 cooperative).
 */
import type { EddyError } from '../../../errors.ts';
import type { GroupCoordinator } from '../group/coordinator.ts';
import { ASSIGNORS } from '../group/assignors/table.ts';
import type { Partitions } from '../group/assignors/assignor.ts';
import type { GroupError, JoinAnswer, Joined, SyncAnswer } from '../group/protocol.ts';
import { eddyError } from '../kafka-error.ts';
import type { ConsumerSettings } from './consumer-options.ts';
import type { Courier } from './courier.ts';
import type { GroupClient, Groups } from './groups.ts';

/** How soon a client asks again that was told to. */
export const RETRY_US = 100_000;

/** What the consumer does when its place changes. */
export interface Placed {
  readonly owned: Partitions;
  /** The member is about to forget who it was: what is in hand stays with that one. */
  lost(): void;
  /** Nothing more is handed out; when what is in hand is done, the partitions are given up: `isLost` says how, at that time. */
  giveUp(isLost: () => boolean, then: () => void): void;
  /** With `cooperative` what was kept is among them. @returns whether it gave some up that it had: it must join again */
  assigned(partitions: Partitions, then: (joinsAgain: boolean) => void): void;
  /** There is no going on. */
  failed(error: EddyError): void;
}

type Phase = 'out' | 'joining' | 'member' | 'preparing' | 'gone';

const ELSEWHERE: ReadonlySet<GroupError> = new Set<GroupError>([
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
]);

const PUT_OUT: ReadonlySet<GroupError> = new Set<GroupError>([
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'FENCED_INSTANCE_ID',
]);

/** The coordinator is not there, or elsewhere: the client looks for it and asks again. */
export function isElsewhere(error: GroupError): boolean {
  return ELSEWHERE.has(error);
}

export class Membership implements GroupClient {
  memberId = '';
  generation = -1;
  /** Who it was when it was last assigned partitions: what it hands on for fencing stays so when it is put out. */
  last: { readonly memberId: string; readonly generation: number } = { memberId: '', generation: -1 };
  /** The id under which its join waits: a static member hears of it with the answer only. */
  #joinsAs = '';
  #phase: Phase = 'out';
  #leads = false;
  /** While it gives up: whether the partitions are lost already. */
  #isLost = false;
  #beats = false;
  /** The broker that it takes for the coordinator. */
  #node: number | undefined;
  /** Counts what it is doing: answers to what it no longer does are passed over. */
  #turn = 0;

  constructor(
    readonly groups: Groups,
    readonly settings: ConsumerSettings,
    readonly topics: readonly string[],
    readonly courier: Courier,
    readonly placed: Placed,
  ) {}

  get group(): string {
    return this.settings.group;
  }

  get isGone(): boolean {
    return this.#phase === 'gone';
  }

  /** A rebalance is under way that it takes part in. */
  get isJoining(): boolean {
    return this.#phase === 'joining';
  }

  /** Who asks, as requests say it. */
  get asking(): { memberId: string; generation: number; instanceId?: string; node?: number } {
    const { instanceId } = this.settings;
    return {
      memberId: this.memberId,
      generation: this.generation,
      ...(instanceId === undefined ? {} : { instanceId }),
      ...(this.#node === undefined ? {} : { node: this.#node }),
    };
  }

  begin(): void {
    this.groups.add(this);
    this.#join();
  }

  /** Says that it leaves, unless it is static; `then` runs when the coordinator knows. */
  leave(then: () => void): void {
    const isKnown = this.memberId !== '' && this.#phase !== 'gone' && this.settings.instanceId === undefined;
    this.#phase = 'gone';
    this.#turn++;
    this.courier.forget();
    // No heartbeat comes any more: a static member's session runs out, and any other's if nobody hears that it leaves.
    this.fellSilent();
    if (!isKnown) {
      this.groups.delete(this);
      then();
      return;
    }
    this.courier.ask<undefined>(
      (reply) => {
        this.#ask((coordinator) => coordinator.leave({ memberId: this.memberId }));
        this.groups.delete(this);
        reply(undefined);
      },
      () => then(),
    );
  }

  /** Nothing of it is heard any more: its session runs out. */
  fellSilent(): void {
    for (const memberId of new Set([this.memberId, this.#joinsAs])) {
      if (memberId !== '') this.#ask((coordinator) => coordinator.silence(memberId, this.groups.nowUs));
    }
  }

  /** It is heard again, and will hear. */
  isBack(): void {
    if (this.#phase === 'gone' || !this.courier.isThrough || this.courier.pausedUs > 0) return;
    for (const memberId of [this.memberId, this.#joinsAs]) this.#ask((coordinator) => coordinator.heard(memberId));
    this.stirred();
  }

  /** Its session is over at the coordinator; it does not know yet. @returns whether it had one */
  timeOutSession(): boolean {
    if (this.#phase !== 'member' && this.#phase !== 'preparing') return false;
    return this.#ask((coordinator) => coordinator.expel(this.memberId));
  }

  /** Its own client takes it out: it works at something for too long. A static member only falls silent. */
  pollTooLate(): void {
    if (this.#phase !== 'member' && this.#phase !== 'preparing') return;
    const { memberId } = this;
    const isStatic = this.settings.instanceId !== undefined;
    // Its session runs out where nobody hears that it leaves, since it dies before it has said so.
    this.fellSilent();
    if (!isStatic) {
      this.courier.ask<undefined>(
        (reply) => {
          this.#ask((coordinator) => coordinator.leave({ memberId }));
          reply(undefined);
        },
        () => {},
      );
    }
    this.lost(isStatic ? 'ILLEGAL_GENERATION' : 'UNKNOWN_MEMBER_ID');
  }

  /** The coordinator knows it no longer, or goes on in another generation. */
  lost(error: GroupError): void {
    if ((this.#phase !== 'member' && this.#phase !== 'preparing') || !PUT_OUT.has(error)) return;
    if (error === 'FENCED_INSTANCE_ID') {
      this.#fail(error);
      return;
    }
    this.placed.lost();
    if (error === 'UNKNOWN_MEMBER_ID') this.memberId = '';
    this.generation = -1;
    this.#isLost = true;
    if (this.#phase === 'member') this.#giveUp();
  }

  /** What a request of it was answered with: the coordinator may be elsewhere by now. */
  met(error: GroupError): void {
    if (isElsewhere(error)) this.#node = this.groups.coordinators.find(this.group).node;
  }

  /** Partitions were added to a topic: whoever leads the group has it assign anew. */
  grown(): void {
    this.courier.later(this.courier.drawUs(0, this.settings.metadataMaxAgeUs), () => {
      if (this.#leads && this.#phase === 'member') this.#rejoin();
    });
  }

  stirred(): void {
    if (this.#beats || (this.#phase !== 'member' && this.#phase !== 'preparing')) return;
    this.#beats = true;
    this.courier.later(this.courier.drawUs(1, this.settings.heartbeatUs), () => {
      this.#beats = false;
      this.#beat();
    });
  }

  #beat(): void {
    if (this.#phase !== 'member' && this.#phase !== 'preparing') return;
    const { generation } = this;
    this.courier.ask<GroupError | undefined>(
      (reply) => reply(this.#heartbeat()),
      (error) => {
        if (error === undefined || generation !== this.generation) return;
        if (error === 'REBALANCE_IN_PROGRESS') this.#rejoin();
        else if (isElsewhere(error)) this.#elsewhere(() => this.#beat());
        else this.lost(error);
      },
    );
  }

  /** A coordinator that is still loading says yes to everybody: what it knows of the member, the next one tells. */
  #heartbeat(): GroupError | undefined {
    return this.#ask((coordinator) => {
      const { error } = coordinator.heartbeat(this.asking);
      if (error === undefined && coordinator.isLoading) this.stirred();
      return error;
    });
  }

  /** A rebalance is under way. */
  #rejoin(): void {
    if (this.#phase !== 'member') return;
    this.#isLost = false;
    if (!this.settings.isCooperative) this.#giveUp();
    else this.#join();
  }

  #prepare(): void {
    this.#phase = 'preparing';
    this.#isLost = false;
  }

  /** What was to go to others is given up. */
  #gaveUp(): void {
    if (this.#phase !== 'preparing') return;
    if (this.#isLost) this.#giveUp();
    else this.#join();
  }

  #giveUp(): void {
    this.#phase = 'preparing';
    this.placed.giveUp(
      () => this.#isLost,
      () => {
        if (this.#phase === 'preparing') this.#join();
      },
    );
  }

  #join(): void {
    this.#phase = 'joining';
    this.#isLost = false;
    const turn = ++this.#turn;
    const { settings, topics, courier } = this;
    const metadata = { topics, owned: this.placed.owned, generation: this.generation };
    const request = {
      ...this.asking,
      clientId: courier.connection.process.label,
      protocols: settings.protocols.map((name) => ({ name, metadata })),
      sessionTimeoutUs: settings.sessionTimeoutUs,
      rebalanceTimeoutUs: settings.rebalanceTimeoutUs,
      needsMemberId: true,
    };
    courier.ask<JoinAnswer>(
      (reply) => {
        this.#joinsAs = this.#ask((coordinator) => coordinator.join(request, reply)) ?? '';
      },
      (answer) => {
        if (turn !== this.#turn) return;
        this.#joinsAs = '';
        if (answer.error === undefined) this.#joined(answer);
        else this.#joinRefused(answer.error, answer.memberId);
      },
    );
  }

  #joinRefused(error: GroupError, given: string | undefined): void {
    if (error === 'MEMBER_ID_REQUIRED' && given !== undefined) {
      this.memberId = given;
      this.#join();
    } else if (isElsewhere(error)) this.#elsewhere(() => this.#join());
    else if (error === 'UNKNOWN_MEMBER_ID' || error === 'ILLEGAL_GENERATION') this.#joinAnew(error);
    else if (error === 'REBALANCE_IN_PROGRESS')
      this.courier.later(
        RETRY_US,
        this.#unlessTurned(() => this.#join()),
      );
    else this.#fail(error);
  }

  /** It was put out while it joined: what it had kept is lost. */
  #joinAnew(error: GroupError): void {
    this.#phase = 'member';
    this.lost(error);
  }

  #joined(joined: Joined): void {
    const { memberId, generation, leaderId, protocol, members, skipAssignment } = joined;
    this.memberId = memberId;
    this.generation = generation;
    this.#leads = leaderId === memberId;
    const assign = ASSIGNORS[protocol as keyof typeof ASSIGNORS];
    const assigns = this.#leads && !skipAssignment && assign;
    const assignments = assigns ? { assignments: assign(members, this.#counts(members)) } : {};
    const turn = this.#turn;
    this.courier.ask<SyncAnswer>(
      (reply) => void this.#ask((coordinator) => coordinator.sync({ ...this.asking, ...assignments }, reply)),
      (answer) => {
        if (turn !== this.#turn) return;
        if (answer.error === undefined) this.#synced(answer.assignment);
        else if (answer.error === 'REBALANCE_IN_PROGRESS') this.#join();
        else this.#joinRefused(answer.error, undefined);
      },
    );
  }

  #counts(members: Joined['members']): Record<string, number> {
    const topics = new Set(members.flatMap(({ metadata }) => metadata.topics));
    return Object.fromEntries([...topics].map((topic) => [topic, this.groups.partitionsOf(topic)]));
  }

  #synced(assignment: Partitions): void {
    this.#phase = 'member';
    const { memberId, generation } = this;
    this.last = { memberId, generation };
    let isGivingUp = true;
    this.placed.assigned(assignment, (joinsAgain) => {
      isGivingUp = false;
      if (joinsAgain) this.#gaveUp();
    });
    // Until that is over it joins no other generation, which might give it the same partitions again.
    if (isGivingUp) this.#prepare();
    // What has happened since the answer was sent is heard of at the next heartbeat.
    if (this.#heartbeat() !== undefined) this.stirred();
  }

  #elsewhere(again: () => void): void {
    this.#node = undefined;
    const { group } = this;
    this.courier.later(
      RETRY_US,
      this.#unlessTurned(() => {
        this.#node = this.groups.coordinators.find(group).node;
        again();
      }),
    );
  }

  #unlessTurned(go: () => void): () => void {
    const turn = this.#turn;
    return () => {
      if (turn === this.#turn) go();
    };
  }

  #fail(error: GroupError): void {
    this.#phase = 'gone';
    this.fellSilent();
    this.#turn++;
    this.groups.delete(this);
    this.placed.failed(eddyError(error, { group: this.group, member: this.memberId }));
  }

  #ask<T>(request: (coordinator: GroupCoordinator) => T): T {
    return this.groups.ask(this.group, request);
  }
}
