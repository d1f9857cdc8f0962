/**
 * What admin clients ask of the cluster: topics that come and go while it is in use, their configuration, their groups.
 * Sources: ReplicationControlManager.java, ConfigurationControlManager.java, KafkaApis.scala.
 */
import type { LogCluster } from './cluster.ts';
import { isRefused, type KafkaErrorName, refused, type Refused } from './kafka-error.ts';
import type { Cut } from './partition.ts';
import { PARTITIONS_MAX, type Topic } from './topic.ts';
import { configOf, described, type Described, invalidIn, settingsOf, type TopicConfig } from './topic-config.ts';

export interface NewTopic {
  readonly name: string;
  /** -1: the default, `num.partitions`. */
  readonly partitions: number;
  /** -1: the default, `default.replication.factor`. */
  readonly replicas: number;
  /** The brokers of each partition; empty: the cluster decides. */
  readonly assignment: readonly (readonly number[])[];
  /** `null`: the default. */
  readonly config: Readonly<Record<string, string | null>>;
}

/** A refusal with a sentence of its own, as admin clients show it. */
export interface Denied extends Refused {
  readonly says: string;
}

export interface Defaults {
  readonly partitions: number;
  readonly replicas: number;
}

const LONGEST_NAME = 249;

export class Administration {
  /** What topics were given by Kafka's names, where that is not what they were made with. */
  readonly #configs = new Map<string, TopicConfig>();

  constructor(
    readonly cluster: LogCluster,
    readonly defaults: Defaults,
  ) {}

  /** @param isOnlyAsked nothing is made: would it be? */
  createTopic(
    wanted: NewTopic,
    isOnlyAsked = false,
  ): Denied | { readonly partitions: number; readonly replicas: number } {
    const { name, assignment } = wanted;
    const config = said(wanted.config);
    const partitions = assignment.length || (wanted.partitions === -1 ? this.defaults.partitions : wanted.partitions);
    const replicas = assignment[0]?.length ?? (wanted.replicas === -1 ? this.defaults.replicas : wanted.replicas);
    const wrong = this.#wrongIn(wanted, config, { partitions, replicas });
    if (wrong) return wrong;
    if (!isOnlyAsked) {
      const shape = { ...settingsOf(config), partitions, replicas };
      this.cluster.addTopic(name, shape, assignment.length > 0 ? assignment : undefined);
      this.#configs.set(name, config);
    }
    return { partitions, replicas };
  }

  #wrongIn(wanted: NewTopic, config: TopicConfig, { partitions, replicas }: Defaults): Denied | undefined {
    const { name, assignment } = wanted;
    const { brokers } = this.cluster;
    if (!isTopicName(name)) return denied('INVALID_TOPIC_EXCEPTION', `Topic name is invalid: '${name}'`);
    if (this.cluster.topic(name)) return denied('TOPIC_ALREADY_EXISTS', `Topic '${name}' already exists.`);
    if (assignment.length > 0 && (wanted.partitions !== -1 || wanted.replicas !== -1)) {
      return denied('INVALID_REQUEST', 'Both partitions or replication factor and a replica assignment were given.');
    }
    if (assignment.some((nodes) => !isOn(brokers, nodes, replicas))) {
      return denied('INVALID_REPLICA_ASSIGNMENT', 'The manual assignment names brokers that are not there.');
    }
    if (partitions < 1) return denied('INVALID_PARTITIONS', 'Number of partitions must be larger than 0.');
    if (partitions > PARTITIONS_MAX) return TOO_MANY_PARTITIONS;
    if (replicas < 1) return denied('INVALID_REPLICATION_FACTOR', 'Replication factor must be larger than 0.');
    if (replicas > brokers) {
      const says = `Unable to replicate the partition ${replicas} time(s): only ${brokers} broker(s) are registered.`;
      return denied('INVALID_REPLICATION_FACTOR', says);
    }
    const invalid = invalidIn(config);
    if (invalid === undefined) return undefined;
    return denied('INVALID_CONFIG', `Invalid value ${config[invalid]} for configuration ${invalid}`);
  }

  /** A topic that a client asked about and that was not there. */
  autoCreate(name: string): Denied | undefined {
    const made = this.createTopic({ name, partitions: -1, replicas: -1, assignment: [], config: {} });
    return isRefused(made) ? made : undefined;
  }

  deleteTopic(name: string): Refused | undefined {
    if (!this.cluster.topic(name)) return refused('UNKNOWN_TOPIC_OR_PARTITION');
    this.cluster.removeTopic(name);
    this.#configs.delete(name);
    return undefined;
  }

  /** @param count how many there are to be altogether */
  createPartitions(
    name: string,
    count: number,
    o: { readonly assignment?: readonly (readonly number[])[]; readonly isOnlyAsked?: boolean } = {},
  ): Denied | undefined {
    const topic = this.cluster.topic(name);
    if (!topic) return denied('UNKNOWN_TOPIC_OR_PARTITION', 'This server does not host this topic-partition.');
    const has = topic.partitions.length;
    if (count <= has) {
      return denied(
        'INVALID_PARTITIONS',
        `Topic currently has ${has} partitions, which is higher than the requested ${count}.`,
      );
    }
    if (count - has > PARTITIONS_MAX) return TOO_MANY_PARTITIONS;
    const { assignment } = o;
    if (assignment && assignment.length !== count - has) {
      return denied(
        'INVALID_REPLICA_ASSIGNMENT',
        `${count - has} new partition(s), ${assignment.length} assignment(s).`,
      );
    }
    if (assignment?.some((nodes) => !isOn(this.cluster.brokers, nodes, topic.replicas))) {
      return denied('INVALID_REPLICA_ASSIGNMENT', 'The manual assignment names brokers that are not there.');
    }
    if (o.isOnlyAsked !== true) topic.grow(count, assignment);
    return undefined;
  }

  /** @param beforeOffset -1: all that is committed */
  deleteRecords(topic: string, partition: number, beforeOffset: number, node?: number): Refused | Cut {
    const of = this.cluster.partition(topic, partition);
    if (!of) return refused('UNKNOWN_TOPIC_OR_PARTITION');
    if (!of.leader) return refused('LEADER_NOT_AVAILABLE');
    if (node !== undefined && of.leader.node !== node) return refused('NOT_LEADER_OR_FOLLOWER');
    const before = beforeOffset === -1 ? of.leader.highWatermark : beforeOffset;
    if (before < 0 || before > of.leader.highWatermark) return refused('OFFSET_OUT_OF_RANGE');
    return this.cluster.removeRecords(topic, partition, before);
  }

  /** All settings of a topic. */
  describeTopic(name: string): Refused | readonly Described[] {
    const topic = this.cluster.topic(name);
    return topic ? described(this.#configOf(topic)) : refused('UNKNOWN_TOPIC_OR_PARTITION');
  }

  /** AlterConfigs: what is not said has its default again. */
  alterTopic(name: string, config: Readonly<Record<string, string | null>>, isOnlyAsked = false): Denied | undefined {
    const topic = this.cluster.topic(name);
    if (!topic) return denied('UNKNOWN_TOPIC_OR_PARTITION', `The topic '${name}' does not exist.`);
    const all = said(config);
    const invalid = invalidIn(all);
    if (invalid !== undefined)
      return denied('INVALID_CONFIG', `Invalid value ${all[invalid]} for configuration ${invalid}`);
    if (!isOnlyAsked) {
      topic.configure(settingsOf(all));
      this.#configs.set(name, all);
    }
    return undefined;
  }

  /** IncrementalAlterConfigs: only what is said changes; `null`: to its default. */
  changeTopic(name: string, change: Readonly<Record<string, string | null>>, isOnlyAsked = false): Denied | undefined {
    const topic = this.cluster.topic(name);
    return this.alterTopic(name, { ...(topic && this.#configOf(topic)), ...change }, isOnlyAsked);
  }

  #configOf(topic: Topic): TopicConfig {
    return this.#configs.get(topic.name) ?? configOf(topic.shape);
  }
}

export const TOO_MANY_PARTITIONS = denied('POLICY_VIOLATION', 'Excessively large number of partitions per request.');

function denied(error: KafkaErrorName, says: string): Denied {
  return { error, says };
}

function said(config: Readonly<Record<string, string | null>>): TopicConfig {
  return Object.fromEntries(
    Object.entries(config).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  );
}

/** Source: Topic.java. */
function isTopicName(name: string): boolean {
  return name !== '.' && name !== '..' && name.length <= LONGEST_NAME && /^[\w.-]+$/u.test(name);
}

function isOn(brokers: number, nodes: readonly number[], replicas: number): boolean {
  const areThere = nodes.every((node) => node >= 0 && node < brokers);
  return areThere && nodes.length === replicas && replicas > 0 && new Set(nodes).size === nodes.length;
}
