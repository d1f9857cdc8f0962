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

/** Every member has an entry; topics of which it gets nothing are left out. Partition numbers are ascending. */
export type Assignment = Readonly<Record<string, Partitions>>;

export type AssignorName = 'range' | 'round-robin' | 'sticky' | 'cooperative-sticky';

/** @param partitions how many partitions each topic has; a topic that is not there has none */
export type Assign = (members: readonly Member[], partitions: Readonly<Record<string, number>>) => Assignment;

/** `topic/partition`, of everything in it. */
export function partitionsOf(partitions: Partitions): string[] {
  return Object.entries(partitions).flatMap(([topic, numbers]) => numbers.map((number) => `${topic}/${number}`));
}
