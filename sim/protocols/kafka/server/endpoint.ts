/** The log broker's end of Kafka's protocol: who is connected, who is a member, what was fetched. */
import { Administration, type Defaults } from '../../../brokers/log/administration.ts';
import type { LinkedClients, Reads } from '../../../brokers/log/linked.ts';
import type { LogRecord } from '../../../brokers/log/record.ts';
import type { LogRuntime } from '../../../brokers/log/runtime.ts';
import type { Place } from '../../../brokers/log/transactions.ts';
import { combine, hashText } from '../../../kernel/random.ts';
import type { Accept } from '../../../network/wire.ts';
import type { Wires } from '../../../network/wires.ts';
import type { Process } from '../../../services/process.ts';
import { Deliveries } from './deliveries.ts';
import { HANDLERS } from './handlers.ts';
import { Members } from './members.ts';
import type { Handler } from './on.ts';
import { KafkaSession } from './session.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface EndpointOptions {
  /** Where clients find a broker of the cluster, as metadata say it. */
  readonly addressOf: (node: number) => Address;
  /** The broker that was dialled at a port; undefined: any, so that none is the wrong one. */
  readonly nodeOf: (port: number) => number | undefined;
  /** What topics get that come to be because a client asked about them; false: none does. Default: 1 partition, 3 replicas. */
  readonly autoCreate?: Defaults | false;
  /**
   * A connection may break in the midst of an answer. Default: between two, for kafkajs keeps what it has got of the first one,
   * and reads nothing right any more when it has connected again.
   */
  readonly cutsAnswers?: boolean;
  /** Nobody tells when code is given a record: it counts as delivered when it is sent. */
  readonly deliversAtTheWire?: boolean;
}

/** `num.partitions` is Kafka's default; three replicas, as the topics of the plain port have. */
const AUTO: Defaults = { partitions: 1, replicas: 3 };

export class KafkaEndpoint implements LinkedClients {
  readonly members: Members;
  readonly deliveries: Deliveries;
  readonly admin: Administration;
  readonly handlers: ReadonlyMap<number, Handler> = HANDLERS;
  readonly accept: Accept;
  readonly nodes: readonly number[];
  readonly #sessions = new Set<KafkaSession>();
  #wires: Wires | undefined;

  constructor(
    readonly log: LogRuntime<string>,
    readonly options: EndpointOptions,
  ) {
    this.members = new Members(log);
    this.deliveries = new Deliveries(log);
    const { brokers } = log.cluster;
    this.nodes = Array.from({ length: brokers }, (_, node) => node);
    const { partitions, replicas } = options.autoCreate || AUTO;
    this.admin = new Administration(log.cluster, { partitions, replicas: Math.min(replicas, brokers) });
    this.accept = (wire, port) => {
      const session = new KafkaSession(this, wire, options.nodeOf(port));
      this.#sessions.add(session);
      return session;
    };
    log.linked = this;
  }

  /** Clients come over this component's wires. */
  listensAt(wires: Wires): void {
    this.#wires = wires;
  }

  /** The broker that coordinates the transactions of an id. */
  transactionNode(transactionalId: string): number {
    return (combine(hashText('transactions'), hashText(transactionalId)) >>> 0) % this.log.cluster.brokers;
  }

  /** Records are on their way to a client. */
  sent(process: Process, place: Place, records: readonly LogRecord[]): void {
    if (this.options.deliversAtTheWire !== true) {
      this.deliveries.fetched(process, place, records);
      return;
    }
    for (const { envelope, offset } of records) {
      const { lineage, entry, message } = envelope;
      const about = { lineage, service: process.service, partition: place.partition, offset };
      this.log.note(process.label, 'delivered', place.topic, message, about, entry < 0 ? [] : [entry]);
    }
  }

  /** A topic has come, gone or changed because a client asked for it. */
  noteTopic(kind: 'topicCreated' | 'topicDeleted' | 'partitionsAdded', topic: string, more: object = {}): void {
    this.log.note(this.log.name, kind, topic, { topic, ...more });
    this.log.simulation.world.changed();
  }

  left(session: KafkaSession): void {
    this.#sessions.delete(session);
  }

  isConnected(process: Process): boolean {
    return this.#wires?.isConnected(process) === true;
  }

  serves(process: Process): boolean {
    return this.#wires?.serves(process) === true;
  }

  disconnect(process: Process): void {
    this.#wires?.disconnect(process);
  }

  halfOpen(process: Process): void {
    this.#wires?.halfOpen(process);
  }

  availabilityChanged(): void {
    this.#wires?.availabilityChanged();
  }

  membersOf(process: Process): readonly { readonly group: string; readonly memberId: string }[] {
    return this.members.of(process);
  }

  get reads(): readonly Reads[] {
    return [...this.#sessions].flatMap(({ fetching, process }) => (fetching && process.alive ? [fetching] : []));
  }

  isBeatingAsleep(group: string, memberId: string): boolean {
    return this.log.simulation.world.isBeatingAsleep(this.members.get(group, memberId)?.chain);
  }

  unfinished(): readonly string[] {
    return this.deliveries.unfinished;
  }
}
