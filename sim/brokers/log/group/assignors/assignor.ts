/** What an assignor is: a pure function, run by the leader of a group over what all members said when they joined. */

/** Partition numbers by topic. */
export type Partitions = Readonly<Record<string, readonly number[]>>;

/** What a member says when it joins. */
export interface Subscription {
  readonly topics: readonly string[];
  /** The partitions that it works on at this moment; of interest to the sticky assignors only. */
  readonly owned?: Partitions;
  /** The generation in which it was assigned them. */
  readonly generation?: number;
}

export interface Member {
  readonly memberId: string;
  readonly instanceId?: string | undefined;
  readonly metadata: Subscription;
}

/** Every member has an entry; topics of which it gets nothing are left out. Topics and partition numbers are in order. */
export type Assignment = Readonly<Record<string, Partitions>>;

/** @param partitions how many partitions each topic has; a topic that is not there has none */
export type Assign = (members: readonly Member[], partitions: PartitionCounts) => Assignment;

export type PartitionCounts = Readonly<Record<string, number>>;

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/** All that is in it, in its order. */
export function flatten(partitions: Partitions): TopicPartition[] {
  return Object.entries(partitions).flatMap(([topic, numbers]) => numbers.map((partition) => ({ topic, partition })));
}

/** Kafka's order of members: static ones by instance id, then the others by member id. */
export function inOrder(members: readonly Member[]): Member[] {
  return members.toSorted((a, b) => {
    if (a.instanceId !== undefined && b.instanceId !== undefined) return byUnits(a.instanceId, b.instanceId);
    if (a.instanceId !== undefined || b.instanceId !== undefined) return a.instanceId === undefined ? 1 : -1;
    return byUnits(a.memberId, b.memberId);
  });
}

/** The partitions of all topics that somebody subscribes to, by topic and number. */
export function allPartitions(members: readonly Member[], partitions: PartitionCounts): TopicPartition[] {
  const topics = [...new Set(members.flatMap(({ metadata }) => metadata.topics))].toSorted(byUnits);
  return topics.flatMap((topic) => numbers(partitions[topic] ?? 0).map((partition) => ({ topic, partition })));
}

/** An assignment that is being made. */
export class Shares {
  readonly #of: Map<string, TopicPartition[]>;

  constructor(members: readonly Member[]) {
    this.#of = new Map(members.map(({ memberId }) => [memberId, []]));
  }

  of(memberId: string): readonly TopicPartition[] {
    return this.#of.get(memberId) as TopicPartition[];
  }

  give(memberId: string, one: TopicPartition): void {
    this.#of.get(memberId)?.push(one);
  }

  take(memberId: string, one: TopicPartition): void {
    this.#of.set(
      memberId,
      this.of(memberId).filter((each) => keyOf(each) !== keyOf(one)),
    );
  }

  get assignment(): Assignment {
    return Object.fromEntries([...this.#of].map(([memberId, share]) => [memberId, grouped(share)]));
  }
}

export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

export function byUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function grouped(share: readonly TopicPartition[]): Partitions {
  const topics = [...new Set(share.map(({ topic }) => topic))].toSorted(byUnits);
  return Object.fromEntries(
    topics.map((topic) => {
      const mine = share.filter((one) => one.topic === topic).map(({ partition }) => partition);
      return [topic, mine.toSorted((a, b) => a - b)];
    }),
  );
}
