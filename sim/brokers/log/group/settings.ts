/** What a coordinator is told by its cluster, and what it tells. */
import type { Assignment } from './assignors/assignor.ts';
import type { OffsetOf } from './protocol.ts';

export interface GroupSettings {
  /** `group.initial.rebalance.delay.ms`: how long the first member of an empty group waits for others. */
  readonly initialDelayUs: number;
  /** `offsets.retention.minutes`. */
  readonly offsetsRetentionUs: number;
  /** `group.min.session.timeout.ms` and `group.max.session.timeout.ms`: what a real client may ask for. */
  readonly sessionTimeoutsUs: readonly [number, number];
  /** Among how many brokers a coordinator moves. */
  readonly nodes: number;
}

export const GROUP_DEFAULTS: GroupSettings = {
  initialDelayUs: 3_000_000,
  offsetsRetentionUs: 7 * 24 * 3600 * 1_000_000,
  sessionTimeoutsUs: [6_000_000, 1_800_000_000],
  nodes: 3,
};

/**
 * Why a member was put out: its session timed out; it did not join again in time; it did not ask for its assignment in
 * time; another process came with its instance id.
 */
export type Expelled = 'session' | 'rebalance' | 'sync' | 'fenced';

export interface Rebalanced {
  readonly generation: number;
  readonly protocol: string;
  readonly leaderId: string;
  /** Every member has an entry. */
  readonly assignment: Assignment;
}

/** What happens to groups, as it happens. */
export interface GroupHooks {
  /** A new member, or a static one that came back (`replaces` the id that it had). */
  joined(group: string, memberId: string, instanceId: string | undefined, replaces: string | undefined): void;
  left(group: string, memberId: string, generation: number): void;
  expelled(group: string, memberId: string, generation: number, why: Expelled): void;
  /** The leader's assignment was taken: members that ask are told. */
  rebalanced(group: string, how: Rebalanced): void;
  /** The coordinator is on another broker. */
  moved(group: string, node: number): void;
  /** Offsets count from now on: committed, or sent by a transaction of the producer that has committed now. */
  committed(group: string, offsets: readonly OffsetOf[], producerId?: number): void;
  /** Offsets are forgotten: the group has been empty for too long. */
  expired(group: string, offsets: readonly OffsetOf[]): void;
  /** Whether a member whose heartbeats come as requests would have sent one by now, though none was heard. */
  stillBeats?(group: string, memberId: string): boolean;
  hasPartition(topic: string, partition: number): boolean;
}
