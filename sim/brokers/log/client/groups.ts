/**
 * The consumer groups of a log broker in a run: their coordinators, when these have something to do, what the history records
 * of them, and which members are about to hear of it. Heartbeats that would say nothing new are not sent: a member whose
 * group has changed sends its next one, and is told.
 */
import type { Step } from '../../../kernel/world.ts';
import type { Simulation } from '../../../simulation.ts';
import type { Happened } from '../../../history/history.ts';
import type { GroupCoordinators } from '../group/coordinators.ts';
import type { GroupCoordinator } from '../group/coordinator.ts';
import type { OffsetOf } from '../group/protocol.ts';
import type { Expelled, GroupHooks, Rebalanced } from '../group/settings.ts';
import type { LogCluster } from '../cluster.ts';

/** A member's client. */
export interface GroupClient {
  readonly group: string;
  readonly memberId: string;
  readonly topics: readonly string[];
  /** Its next heartbeat would not be answered as the last one was. */
  stirred(): void;
  /** One of its topics has more partitions. */
  grown(): void;
}

/** In whose name offsets are committed at this moment. */
export interface Committing {
  readonly process: string;
  readonly member?: string;
  readonly generation?: number;
  readonly causes: readonly number[];
  /** Further facts for the history. */
  readonly about?: Readonly<Record<string, unknown>>;
}

const EXPELLED: Readonly<Record<Expelled, string>> = {
  session: 'its session timed out',
  rebalance: 'it did not join again in time',
  sync: 'it did not ask for its assignment in time',
  fenced: 'another one came with its instance id',
};

export class Groups {
  /** What the coordinators tell. */
  readonly hooks: Partial<GroupHooks>;
  readonly #clients = new Set<GroupClient>();
  /** The next look, when one is due. */
  #look: Step | undefined;
  /** In whose name offsets are committed that nobody asks for: the broker's. */
  readonly #itself: Committing;
  #committing: Committing;
  /** When sessions are looked at next of members that send real heartbeats. */
  #watchUs = Infinity;

  constructor(
    readonly at: {
      readonly name: string;
      readonly simulation: Simulation;
      readonly cluster: LogCluster;
      readonly transactions: { senderOf(producerId: number): Committing };
      /** Whether the member, which sends real heartbeats, sleeps between two of them. */
      readonly isBeatingAsleep: (group: string, memberId: string) => boolean;
    },
  ) {
    this.#itself = { process: at.name, causes: [] };
    this.#committing = this.#itself;
    at.simulation.world.onQuiet(() => this.#awaitsSessionEnd());
    this.hooks = {
      joined: (group, member, instanceId, replaces) => {
        const known = instanceId === undefined ? {} : { instanceId };
        this.#note('joined', { group, member, ...known, ...(replaces === undefined ? {} : { replaces }) });
      },
      left: (group, member, generation) => this.#note('left', { group, member, generation }),
      expelled: (group, member, generation, why) => {
        this.#note('expelled', { group, member, generation, why: EXPELLED[why] });
        this.#stir((client) => client.memberId === member && client.group === group);
      },
      rebalanced: (group, how) => this.#rebalanced(group, how),
      moved: (group, node) => {
        this.#note('coordinatorMoved', { group, node });
        this.#stir((client) => client.group === group);
      },
      committed: (group, offsets, producerId) =>
        this.#committed(
          group,
          offsets,
          producerId === undefined ? this.#committing : at.transactions.senderOf(producerId),
        ),
      stillBeats: (group, memberId) => at.isBeatingAsleep(group, memberId),
      expired: (group, offsets) => this.#note('offsetsExpired', { group, offsets }),
    };
  }

  get coordinators(): GroupCoordinators {
    return this.at.cluster.groups;
  }

  add(client: GroupClient): void {
    this.#clients.add(client);
  }

  delete(client: GroupClient): void {
    this.#clients.delete(client);
  }

  get nowUs(): number {
    return this.at.simulation.world.nowUs;
  }

  partitionsOf(topic: string): number {
    return this.at.cluster.topic(topic)?.partitions.length ?? 0;
  }

  /** A topic has more partitions. */
  grown(topic: string): void {
    for (const client of this.#clients) if (client.topics.includes(topic)) client.grown();
  }

  /** A request to a group's coordinator, and what follows from it. */
  ask<T>(group: string, request: (coordinator: GroupCoordinator) => T): T {
    const coordinator = this.coordinators.of(group);
    const answer = request(coordinator);
    this.#asked(coordinator);
    return answer;
  }

  /** As `ask`; offsets that it commits are this one's. */
  commit<T>(group: string, by: Committing, request: (coordinator: GroupCoordinator) => T): T {
    this.#committing = by;
    try {
      return this.ask(group, request);
    } finally {
      this.#committing = this.#itself;
    }
  }

  #asked(coordinator: GroupCoordinator): void {
    if (coordinator.state === 'PreparingRebalance') this.#stir(({ group }) => group === coordinator.name);
    this.#schedule();
  }

  /** One step at a time, for whatever is due first; none for what is due no longer. */
  #schedule(): void {
    const { world } = this.at.simulation;
    this.#watchSessions();
    const dueUs = Math.max(this.coordinators.nextCertainUs, world.nowUs);
    if (this.#look && !this.#look.done) {
      if (this.#look.dueUs === dueUs) return;
      world.cancel(this.#look);
    }
    this.#look = undefined;
    if (dueUs === Infinity) return;
    this.#look = world.spawn(dueUs - world.nowUs, () => this.#tick());
  }

  #tick(): void {
    this.coordinators.tick(this.nowUs);
    for (const coordinator of this.coordinators.all) this.#asked(coordinator);
    this.#schedule();
  }

  /**
   * Sessions of members that send real heartbeats: while these sleep (see kernel/chain.ts) nobody waits for a session's end, but
   * time that passes for another reason passes for sessions too.
   */
  #watchSessions(): void {
    const { world } = this.at.simulation;
    const endUs = this.coordinators.nextSessionEndUs();
    if (endUs >= this.#watchUs) return;
    this.#watchUs = endUs;
    world.glance(endUs - world.nowUs, () => {
      if (this.#watchUs !== endUs) return;
      this.#watchUs = Infinity;
      this.#tick();
    });
  }

  /** Nothing is left to do: a member that sends nothing any more is still waited for, until its session ends. */
  #awaitsSessionEnd(): boolean {
    const { world } = this.at.simulation;
    const endUs = this.coordinators.nextSessionEndUs((group, memberId) => !this.at.isBeatingAsleep(group, memberId));
    if (endUs === Infinity) return false;
    world.spawn(Math.max(0, endUs - world.nowUs), () => this.#tick());
    return true;
  }

  #stir(isMeant: (client: GroupClient) => boolean): void {
    for (const client of this.#clients) if (isMeant(client)) client.stirred();
  }

  #rebalanced(group: string, { generation, protocol, assignment }: Rebalanced): void {
    this.#note('rebalanced', { group, generation, protocol, assignment });
  }

  #committed(group: string, offsets: readonly OffsetOf[], by: Committing): void {
    const { process, member, generation, causes, about = {} } = by;
    for (const { topic, partition, offset } of offsets) {
      const end = this.at.cluster.partition(topic, partition)?.leader?.highWatermark ?? offset;
      const value = { group, topic, partition, offset, generation, member };
      this.#record(
        process,
        'offsetsCommitted',
        [topic],
        value,
        { end, lag: Math.max(0, end - offset), ...about },
        causes,
      );
    }
  }

  #note(kind: string, value: Readonly<Record<string, unknown>>): void {
    this.#record(this.at.name, kind, [], value);
  }

  #record(
    process: string,
    kind: string,
    channels: readonly string[],
    value: object,
    about?: Readonly<Record<string, unknown>>,
    causes: readonly number[] = [],
  ): void {
    const data: Happened = { component: this.at.name, channels, value, ...(about && { about }) };
    this.at.simulation.record(process, kind, data, causes);
    this.at.simulation.world.changed();
  }
}
