/** The log broker in a run: its core, who is connected, when followers fetch, and what the history records of it. */
import type { Availability, Runtime } from '../../component.ts';
import type { DeliverySite } from '../../faults/site.ts';
import type { Happened } from '../../history/history.ts';
import { combine, hashText } from '../../kernel/random.ts';
import type { Process } from '../../services/process.ts';
import { Silence } from '../../services/silence.ts';
import type { Simulation } from '../../simulation.ts';
import type { Identify, Message } from '../message.ts';
import { LogConsumer } from './client/consumer.ts';
import { Groups } from './client/groups.ts';
import { Coordinating } from './coordinating.ts';
import { LogCluster, type LogShape } from './cluster.ts';
import { LogConnection } from './connection.ts';
import { LogFaults } from './faults/target.ts';
import type { LinkedClients, Reads } from './linked.ts';
import type { LogRecord } from './record.ts';
import { type LogPort, makePort } from './port.ts';
import type { Profile } from './topic.ts';

/** Followers ask for more about so soon. */
const REPLICATION_MIN_US = 200;
const REPLICATION_MAX_US = 900;

/** Told that records of a partition may have become readable. */
export type Reader = (topic: string, partition: number) => void;

export class LogRuntime<T extends string> implements Runtime<LogPort<T>> {
  availability: Availability = 'up';
  readonly cluster: LogCluster;
  readonly groups: Groups;
  readonly transactions: Coordinating;
  readonly asLog: LogFaults;
  /** Whoever waits for records; called in the midst of a step, so that they go on in one of their own. */
  readonly readers = new Set<Reader>();
  /** Real clients, where there can be some. */
  linked: LinkedClients | undefined;
  readonly #connections = new Map<Process, LogConnection>();
  /** Partitions whose followers are about to fetch. */
  readonly #behind = new Set<string>();
  /** What a silent broker holds back. */
  readonly #silence = new Silence(this);

  constructor(
    readonly name: string,
    shape: LogShape,
    readonly identify: Identify | undefined,
    readonly simulation: Simulation,
  ) {
    const { world } = simulation;
    this.groups = new Groups(this);
    this.transactions = new Coordinating(this);
    const { transactions, groups } = this;
    this.cluster = new LogCluster(
      shape,
      {
        groups: groups.hooks,
        markersDue: (id) => transactions.markersDue(id),
        deadlineMoved: () => transactions.deadlineMoved(),
        transaction: (event) => transactions.transaction(event),
        behind: (topic, partition) => this.#replicateSoon(topic, partition),
        readable: (topic, partition) => this.#readable(topic, partition),
        truncated: (topic, partition, cut) => this.#truncated(topic, partition, cut),
        led: (topic, partition, now) => {
          const end = this.cluster.partition(topic, partition)?.leader?.end;
          this.note(name, 'leaderChanged', topic, { topic, partition, ...now, ...(end !== undefined && { end }) });
          world.changed();
          this.#readable(topic, partition);
        },
      },
      () => world.nowUs,
    );
    this.asLog = new LogFaults(this as LogRuntime<string>);
  }

  get profile(): Profile {
    return this.cluster.profile;
  }

  get isOut(): boolean {
    return this.availability === 'refusing' || this.availability === 'silent';
  }

  port(process: Process): LogPort<T> {
    return makePort(this, this.connection(process));
  }

  connection(process: Process): LogConnection {
    let connection = this.#connections.get(process);
    if (!connection) {
      connection = new LogConnection(this as LogRuntime<string>, process);
      this.#connections.set(process, connection);
    }
    return connection;
  }

  /** Those of living processes that are being read. */
  get consumers(): readonly LogConsumer[] {
    return [...this.#connections.keys()].flatMap((process) => this.consumersOf(process));
  }

  consumersOf(process: Process): readonly LogConsumer[] {
    const { clients = [] } = this.#connections.get(process) ?? {};
    return process.alive ? [...clients].filter((client) => client instanceof LogConsumer) : [];
  }

  /** All who read topics now, whatever their client. */
  get reads(): readonly Reads[] {
    const own = this.consumers.map(({ topics, settings: { isolation }, holdings }): Reads => {
      return { topics, isolation, has: (topic, partition) => holdings.pump(topic, partition) !== undefined };
    });
    return [...own, ...(this.linked?.reads ?? [])];
  }

  isBeatingAsleep(group: string, memberId: string): boolean {
    return this.linked?.isBeatingAsleep(group, memberId) === true;
  }

  isConnected(process: Process): boolean {
    return this.#connections.get(process)?.isOpen === true || this.linked?.isConnected(process) === true;
  }

  serves(process: Process): boolean {
    return this.#connections.get(process)?.serves === true || this.linked?.serves(process) === true;
  }

  disconnect(process: Process): void {
    this.#connections.get(process)?.drop();
    this.linked?.disconnect(process);
  }

  halfOpen(process: Process): void {
    this.#connections.get(process)?.goHalfOpen();
    this.linked?.halfOpen(process);
  }

  availabilityChanged(): void {
    if (this.availability === 'refusing') {
      if ([...this.#connections.values()].some((each) => each.isUsed)) this.simulation.outageMet(this.name);
      for (const connection of this.#connections.values()) connection.drop();
    }
    this.#silence.look();
    this.linked?.availabilityChanged();
  }

  /** Runs now, or when a silent broker speaks again. */
  whenSpeaking(go: () => void): void {
    this.#silence.over(go);
  }

  unfinished(): readonly string[] {
    const own = [...this.#connections.values()].flatMap((connection) => connection.unfinished());
    return [...own, ...(this.linked?.unfinished() ?? [])];
  }

  brokenLaw(): string | undefined {
    return this.cluster.brokenLaw;
  }

  note(
    process: string,
    kind: string,
    topic: string | undefined,
    value: Message | object,
    about?: Record<string, unknown>,
    causes: readonly number[] = [],
  ): number {
    const data: Happened = {
      component: this.name,
      channels: topic === undefined ? [] : [topic],
      value,
      ...(about && { about }),
    };
    return this.simulation.record(process, kind, data, causes);
  }

  deliverySite(moment: DeliverySite['moment'], topic: string): DeliverySite {
    const { sites, world, clocks } = this.simulation;
    const site = {
      what: 'delivery',
      moment,
      channel: topic,
      component: this.name,
      // A log hands a record out as often as it is asked for.
      isLimited: false,
      readsClock: clocks.isReadBy(moment.service),
      timeUs: world.nowUs,
    } as const;
    sites?.push(site);
    return site;
  }

  #readable(topic: string, partition: number): void {
    for (const reader of this.readers) reader(topic, partition);
  }

  #replicateSoon(topic: string, partition: number): void {
    const name = `${topic}/${partition}`;
    if (this.#behind.has(name)) return;
    this.#behind.add(name);
    const { world } = this.simulation;
    const { end = 0 } = this.cluster.partition(topic, partition)?.leader ?? {};
    const hash = combine(hashText(`replication of ${this.name}.${name}`), end);
    world.spawn(world.random.between(hash, REPLICATION_MIN_US, REPLICATION_MAX_US), () => {
      this.#behind.delete(name);
      this.cluster.replicate(topic, partition);
    });
  }

  #truncated(
    topic: string,
    partition: number,
    { node, from, to, lost }: { node: number; from: number; to: number; lost: readonly LogRecord[] },
  ): void {
    const lineages = lost.map(({ envelope }) => envelope.lineage);
    this.note(this.name, 'truncated', topic, { topic, partition, node, from, to, lost: lineages });
    this.simulation.world.changed();
  }
}
