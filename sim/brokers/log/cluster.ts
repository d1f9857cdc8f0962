/**
 * The log broker's core: topics on brokers, answering requests as Kafka's protocol names them. Pure and synchronous; time is
 * handed in. Where a follower would fetch, `behind` says so, and `replicate` is the fetch.
 * Sources: Kafka documentation, "Replication", "Message Delivery Semantics"; ReplicaManager.scala, KafkaApis.scala.
 */
import type { Truncation } from './follow.ts';
import { GroupCoordinators } from './group/coordinators.ts';
import type { GroupHooks, GroupSettings } from './group/settings.ts';
import { isRefused, type KafkaErrorName, refused, type Refused } from './kafka-error.ts';
import { brokenLawOf } from './laws.ts';
import type { Acks, Appended, Cut, Failover, Partition, ProducerOfBatch } from './partition.ts';
import type { Entry, LogRecord, NewRecord } from './record.ts';
import type { Isolation, Replica } from './replica.ts';
import { expiredBelow } from './retention.ts';
import { isLargerThan } from './size.ts';
import { type Place, TransactionCoordinator, type TransactionHooks } from './transactions.ts';
import { DEFAULT_PROFILE, type Profile, Topic, type TopicShape } from './topic.ts';

const NOBODY_LISTENS = {
  joined: () => {},
  left: () => {},
  expelled: () => {},
  rebalanced: () => {},
  moved: () => {},
  committed: () => {},
  expired: () => {},
};

export interface LogShape {
  readonly topics: Readonly<Record<string, TopicShape>>;
  readonly profile?: Profile;
  /** Default: as many as the topic with the most replicas needs, 3 at least. */
  readonly brokers?: number;
  /** How long the first member of an empty group waits for others; default: 3 000, as in Kafka. */
  readonly initialRebalanceDelayMs?: number;
}

/** What the cluster does on its own account. */
export interface LogHooks extends Partial<TransactionHooks> {
  readonly groups?: Partial<GroupHooks>;

  /** Followers of the partition have something to fetch or to hear: call `replicate` a little later. */
  behind(topic: string, partition: number): void;
  /** Its high watermark or last stable offset may have moved: whoever waits may fetch again. */
  readable(topic: string, partition: number): void;
  /** A broker's copy was cut from its end `from` back to `to`. */
  truncated(topic: string, partition: number, cut: Truncation & { readonly node: number }): void;
  led(topic: string, partition: number, now: { leader: number | undefined; epoch: number; unclean: boolean }): void;
}

export interface ProduceRequest {
  readonly topic: string;
  readonly partition: number;
  readonly acks: Acks;
  readonly records: readonly NewRecord[];
  readonly producer?: Idempotent;
  /** The broker that is asked: another than the leader refuses. Left out: whoever leads. */
  readonly node?: number;
}

/** What an idempotent producer says of a batch. */
export interface Idempotent {
  readonly id: number;
  readonly epoch: number;
  /** Of the batch's first record. */
  readonly firstSequence: number;
  readonly transactional: boolean;
}

export interface Produced {
  /** -1 with acks=0. */
  readonly baseOffset: number;
  /** It was there already, at `baseOffset`. */
  readonly duplicate: boolean;
  readonly appended: readonly LogRecord[];
  /** With acks=all: tells once, at once or later, when the answer is due; an error says that it is none. */
  readonly whenReplicated?: (tell: (error: KafkaErrorName | undefined) => void) => void;
}

export interface FetchRequest {
  readonly topic: string;
  readonly partition: number;
  /** The next one to read. */
  readonly offset: number;
  readonly isolation: Isolation;
  readonly maxRecords: number;
  /** As in ProduceRequest. */
  readonly node?: number;
  /** The leader epoch that the client knows; left out: whichever it is. */
  readonly leaderEpoch?: number;
}

interface Extent {
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStart: number;
}

export interface Fetched extends Extent {
  readonly records: readonly LogRecord[];
  /** Where to go on: past records of aborted transactions, markers and holes. */
  readonly nextOffset: number;
}

export interface FetchedEntries extends Extent {
  readonly entries: readonly Entry[];
  /** Of read_committed: the transactions among them that were aborted, in the order of their first offsets. */
  readonly aborted: readonly { readonly producerId: number; readonly firstOffset: number }[];
}

export class LogCluster {
  readonly #topics = new Map<string, Topic>();
  /** Topics so far, also those that are gone. */
  #made = 0;
  readonly brokers: number;
  readonly profile: Profile;
  readonly groups: GroupCoordinators;
  readonly transactions: TransactionCoordinator;

  constructor(
    readonly shape: LogShape,
    readonly hooks: LogHooks,
    readonly nowUs: () => number,
    groupSettings: Partial<GroupSettings> = {},
  ) {
    this.profile = shape.profile ?? DEFAULT_PROFILE;
    const brokers = shape.brokers ?? Math.max(3, ...Object.values(shape.topics).map(({ replicas = 3 }) => replicas));
    const isV2 = this.profile === '4.1';
    const partition = (topic: string, partition: number) => this.partition(topic, partition);
    const hasPartition = (topic: string, at: number) => partition(topic, at) !== undefined;
    const { initialRebalanceDelayMs: delayMs } = shape;
    this.groups = new GroupCoordinators({ ...NOBODY_LISTENS, ...hooks.groups, hasPartition }, nowUs, {
      nodes: brokers,
      ...(delayMs !== undefined && { initialDelayUs: delayMs * 1000 }),
      ...groupSettings,
    });
    const { groups } = this;
    this.transactions = new TransactionCoordinator({ partition, groups, hooks: this.#transactionHooks, nowUs, isV2 });
    this.brokers = brokers;
    for (const [name, topic] of Object.entries(shape.topics)) this.addTopic(name, topic);
  }

  /** A topic that is not there yet. @param assignment the brokers of each partition; default: spread over all */
  addTopic(name: string, shape: TopicShape, assignment?: readonly (readonly number[])[]): Topic {
    const { hooks, brokers, profile } = this;
    const events = (partition: number) => ({
      behind: () => hooks.behind(name, partition),
      readable: () => hooks.readable(name, partition),
      truncated: (node: number, cut: Truncation) => hooks.truncated(name, partition, { node, ...cut }),
      led: (leader: number | undefined, epoch: number, unclean: boolean) =>
        hooks.led(name, partition, { leader, epoch, unclean }),
    });
    const nth = this.#made++;
    const topic = new Topic(name, shape, { nth, brokers, profile, events, ...(assignment && { assignment }) });
    this.#topics.set(name, topic);
    return topic;
  }

  /** With all that it holds, and what groups have committed of it. */
  removeTopic(name: string): void {
    const topic = this.#topics.get(name);
    this.#topics.delete(name);
    for (const partition of topic?.partitions ?? []) partition.close();
    this.groups.forgetTopic(name);
    for (const partition of topic?.partitions.keys() ?? []) this.hooks.readable(name, partition);
  }

  /** Where nobody says when, markers are written at once. */
  get #transactionHooks(): TransactionHooks {
    return {
      markersDue: (id) => (this.hooks.markersDue ? this.hooks.markersDue(id) : this.transactions.writeMarkers(id)),
      deadlineMoved: () => this.hooks.deadlineMoved?.(),
      transaction: (event) => this.hooks.transaction?.(event),
    };
  }

  get topics(): Iterable<Topic> {
    return this.#topics.values();
  }

  topic(name: string): Topic | undefined {
    return this.#topics.get(name);
  }

  partition(topic: string, partition: number): Partition | undefined {
    return this.#topics.get(topic)?.partitions[partition];
  }

  /** Its partitions, with leader (nothing: it has none), leader epoch and in-sync replicas. */
  metadata(
    topic: string,
  ): Refused | { partitions: readonly { leader: number | undefined; epoch: number; isr: readonly number[] }[] } {
    const found = this.#topics.get(topic);
    if (!found) return refused('UNKNOWN_TOPIC_OR_PARTITION');
    return { partitions: found.partitions.map(({ leader, epoch, isr }) => ({ leader: leader?.node, epoch, isr })) };
  }

  produce(r: ProduceRequest): Produced | Refused {
    const { topic, partition, acks } = r;
    const answer = this.#append(r);
    // Nobody is told anything: not where it stands, and not that it was refused.
    if (acks === 0) return { baseOffset: -1, duplicate: false, appended: isRefused(answer) ? [] : answer.appended };
    if (isRefused(answer)) return answer;
    const { baseOffset, duplicate, appended, requiredOffset } = answer;
    if (acks === 1) return { baseOffset, duplicate, appended };
    const of = this.partition(topic, partition) as Partition;
    const { epoch } = of;
    const whenReplicated: Produced['whenReplicated'] = (tell) => of.whenReplicated(requiredOffset, epoch, tell);
    return { baseOffset, duplicate, appended, whenReplicated };
  }

  /** Followers fetch what the leader has, and the high watermark goes on. */
  replicate(topic: string, partition: number): void {
    this.partition(topic, partition)?.replicate();
  }

  /** An offset above the high watermark (a consumer that is ahead of a new leader) is answered with nothing. */
  fetch(r: FetchRequest): Fetched | Refused {
    const found = this.#read(r);
    if (isRefused(found)) return found;
    const { leader, upTo, ...rest } = found;
    return { ...leader.read(r.offset, upTo, r.maxRecords, r.isolation), ...rest };
  }

  /** As `fetch`, for clients that pass over markers and what was aborted by themselves. */
  fetchEntries(r: FetchRequest & { readonly maxBytes?: number }): FetchedEntries | Refused {
    const found = this.#read(r);
    if (isRefused(found)) return found;
    const { leader, upTo, ...rest } = found;
    const entries = leader.slice(r.offset, upTo, { records: r.maxRecords, bytes: r.maxBytes ?? Infinity });
    const isCommitted = r.isolation === 'read_committed';
    const to = (entries.at(-1)?.offset ?? r.offset) + 1;
    const aborted = isCommitted && entries.length > 0 ? leader.abortedBetween(r.offset, to) : [];
    return { entries, aborted, ...rest };
  }

  #read(r: Omit<FetchRequest, 'maxRecords'>): Refused | (Extent & { leader: Replica; upTo: number }) {
    const leader = this.#leaderOf(r.topic, r.partition, r.node);
    if (isRefused(leader)) return leader;
    const { epoch = 0 } = this.partition(r.topic, r.partition) ?? {};
    if (r.leaderEpoch !== undefined && r.leaderEpoch !== epoch) {
      return refused(r.leaderEpoch < epoch ? 'FENCED_LEADER_EPOCH' : 'UNKNOWN_LEADER_EPOCH');
    }
    const { logStart, highWatermark, lastStable: lastStableOffset, end } = leader;
    if (r.offset < logStart || r.offset > end) return refused('OFFSET_OUT_OF_RANGE');
    const upTo = r.isolation === 'read_committed' ? lastStableOffset : highWatermark;
    return { leader, upTo, highWatermark, lastStableOffset, logStart };
  }

  /** The latest is the high watermark, or with read_committed the last stable offset. */
  listOffsets(
    topic: string,
    partition: number,
    at: 'earliest' | 'latest',
    isolation: Isolation,
    node?: number,
  ): { offset: number } | Refused {
    const leader = this.#leaderOf(topic, partition, node);
    if (isRefused(leader)) return leader;
    if (at === 'earliest') return { offset: leader.logStart };
    return { offset: isolation === 'read_committed' ? leader.lastStable : leader.highWatermark };
  }

  /** The first record that was made then or later; undefined: none was. */
  offsetAt(
    topic: string,
    partition: number,
    timeUs: number,
    o: { isolation: Isolation; node?: number },
  ): LogRecord | undefined | Refused {
    const leader = this.#leaderOf(topic, partition, o.node);
    if (isRefused(leader)) return leader;
    const upTo = o.isolation === 'read_committed' ? leader.lastStable : leader.highWatermark;
    const { records } = leader.read(leader.logStart, upTo, Infinity, 'read_uncommitted');
    return records.find((record) => record.timeUs >= timeUs);
  }

  /** OffsetForLeaderEpoch: where an epoch, or the last one known before it, ends: a consumer beyond it has read what is lost. */
  endOfEpoch(topic: string, partition: number, leaderEpoch: number): { epoch: number; end: number } | Refused {
    const leader = this.#leaderOf(topic, partition);
    return isRefused(leader) ? leader : leader.endOfEpoch(leaderEpoch);
  }

  /** The leader's broker fails and comes back as a follower: what only it had is lost. */
  failover(topic: string, partition: number, o: { unclean?: boolean; losing?: number } = {}): Failover | Refused {
    const found = this.partition(topic, partition);
    if (!found) return refused('UNKNOWN_TOPIC_OR_PARTITION');
    const result = o.unclean ? found.uncleanFailover(o.losing ?? 0) : found.failover();
    return result ?? refused('LEADER_NOT_AVAILABLE');
  }

  /** DeleteRecords, and what retention does: all below the offset goes, as far as it is committed. */
  removeRecords(topic: string, partition: number, beforeOffset: number): Cut | Refused {
    const found = this.partition(topic, partition);
    if (!found) return refused('UNKNOWN_TOPIC_OR_PARTITION');
    return found.cut(beforeOffset) ?? refused('LEADER_NOT_AVAILABLE');
  }

  /** Removes what is older than the topic's retention time. */
  expire(topic: string, partition: number): Cut | Refused {
    const leader = this.#leaderOf(topic, partition);
    if (isRefused(leader)) return leader;
    const { retentionUs = Infinity } = this.#topics.get(topic) ?? {};
    return this.removeRecords(topic, partition, expiredBelow(leader, retentionUs, this.nowUs()));
  }

  /** @param activeRecords how many entries at the end are still written to, and stay as they are. @returns what is gone */
  compact(topic: string, partition: number, activeRecords = 1): { readonly removed: readonly LogRecord[] } | Refused {
    const found = this.partition(topic, partition);
    if (!found) return refused('UNKNOWN_TOPIC_OR_PARTITION');
    return { removed: found.compact(activeRecords, this.nowUs()) };
  }

  /** CreatePartitions: partitions are only ever added, and keys that come go elsewhere from then on. */
  createPartitions(topic: string, count: number): Refused | { partitions: number } {
    const found = this.#topics.get(topic);
    if (!found) return refused('UNKNOWN_TOPIC_OR_PARTITION');
    if (count <= found.partitions.length) return refused('INVALID_PARTITIONS');
    found.grow(count);
    return { partitions: count };
  }

  /** What must always hold, and does not; undefined when all does. Looks at every entry. */
  get brokenLaw(): string | undefined {
    for (const { name, partitions } of this.topics) {
      for (const [n, partition] of partitions.entries()) {
        const broken = brokenLawOf(partition);
        if (broken) return `${name}/${n}: ${broken}`;
      }
    }
    return this.groups.brokenLaw;
  }

  #append({ topic, partition, acks, records, producer, node }: ProduceRequest): Appended | Refused {
    const to = this.#topics.get(topic);
    const found = to?.partitions[partition];
    if (!to || !found) return refused('UNKNOWN_TOPIC_OR_PARTITION');
    const leader = this.#leaderOf(topic, partition, node);
    if (isRefused(leader)) return leader;
    if (isLargerThan(records, to.maxMessageBytes)) return refused('MESSAGE_TOO_LARGE');
    if (to.isCompacted && records.some(({ key }) => key === undefined)) return refused('INVALID_RECORD');
    const batch = producer && this.#withTransaction(leader, { topic, partition }, producer);
    if (batch && isRefused(batch)) return batch;
    return found.append(acks, records, this.nowUs(), batch);
  }

  #withTransaction(leader: Replica, place: Place, producer: Idempotent): ProducerOfBatch | Refused {
    if (!producer.transactional) return producer;
    const { id, epoch } = producer;
    const opened = leader.producers.openOf(id, epoch);
    const found = this.transactions.ofBatch({ ...place, producerId: id, epoch, opened });
    if (isRefused(found)) return found;
    return { ...producer, transaction: found.transaction, isVerified: found.isV2 };
  }

  #leaderOf(topic: string, partition: number, node?: number): Replica | Refused {
    const found = this.partition(topic, partition);
    if (!found) return refused('UNKNOWN_TOPIC_OR_PARTITION');
    if (!found.leader) return refused('LEADER_NOT_AVAILABLE');
    return node === undefined || node === found.leader.node ? found.leader : refused('NOT_LEADER_OR_FOLLOWER');
  }
}
