/** The requests of a consumer group's members and what they are answered, named after Kafka's. Times are microseconds. */
import type { KafkaErrorName } from '../kafka-error.ts';
import type { Partitions, Subscription } from './assignors/assignor.ts';

/** What a group coordinator refuses with. */
export type GroupError = Extract<
  KafkaErrorName,
  | 'COORDINATOR_NOT_AVAILABLE'
  | 'COORDINATOR_LOAD_IN_PROGRESS'
  | 'NOT_COORDINATOR'
  | 'ILLEGAL_GENERATION'
  | 'UNKNOWN_MEMBER_ID'
  | 'MEMBER_ID_REQUIRED'
  | 'REBALANCE_IN_PROGRESS'
  | 'INCONSISTENT_GROUP_PROTOCOL'
  | 'FENCED_INSTANCE_ID'
  | 'UNSTABLE_OFFSET_COMMIT'
  | 'UNKNOWN_TOPIC_OR_PARTITION'
  | 'INVALID_SESSION_TIMEOUT'
>;

/** Who asks whom. */
export interface Asking {
  /** Empty or left out: not known to the group yet, or no member at all. */
  readonly memberId?: string;
  /** `group.instance.id`: a static member. */
  readonly instanceId?: string;
  /** The broker that the client takes for the coordinator (what `find` answered); left out: whichever it is. */
  readonly node?: number;
}

/** An assignor that the member can use, and what it tells the one who will compute the assignment. */
export interface Protocol {
  readonly name: string;
  readonly metadata: Subscription;
  /** The metadata as a real client sent them, which the leader gets. */
  readonly bytes?: Uint8Array;
}

export interface JoinRequest extends Asking {
  /** Starts the member ids that are made up for it. */
  readonly clientId: string;
  /** In order of preference. */
  readonly protocols: readonly Protocol[];
  readonly sessionTimeoutUs: number;
  /** How long the others wait for this member to join again: the Java client sends its max.poll.interval.ms. */
  readonly rebalanceTimeoutUs: number;
  /** Whether a new dynamic member is first told its id (MEMBER_ID_REQUIRED) and joins with it then, as clients do since 2.2. */
  readonly needsMemberId?: boolean;
  /** What the group is of; default: `consumer`. All its members say the same. */
  readonly protocolType?: string;
  /** The member's heartbeats come as requests. Left out: it is heard until `silence` says that it is not. */
  readonly beats?: boolean;
}

export interface Refused {
  readonly error: GroupError;
}

export interface JoinedMember {
  readonly memberId: string;
  readonly instanceId: string | undefined;
  readonly metadata: Subscription;
  readonly bytes?: Uint8Array;
}

export interface Joined {
  readonly error?: undefined;
  readonly memberId: string;
  readonly generation: number;
  /** The assignor that was chosen. */
  readonly protocol: string;
  readonly leaderId: string;
  /** Everybody, for the leader only: it computes the assignment. */
  readonly members: readonly JoinedMember[];
  /** A static member that is the leader came back: the assignment stays as it is. */
  readonly skipAssignment: boolean;
}

/** With MEMBER_ID_REQUIRED, the id to join with. */
export type JoinAnswer = (Refused & { readonly memberId?: string }) | Joined;

export interface SyncRequest extends Asking {
  readonly generation: number;
  /** From the leader: what each member gets. */
  readonly assignments?: Readonly<Record<string, Partitions>>;
  /** The same as a real client sent it. */
  readonly bytes?: Readonly<Record<string, Uint8Array>>;
}

export interface Synced {
  readonly error?: undefined;
  readonly protocol: string;
  readonly assignment: Partitions;
  readonly bytes?: Uint8Array | undefined;
}

export type SyncAnswer = Refused | Synced;

export interface HeartbeatRequest extends Asking {
  readonly generation: number;
}

/** What is answered when there is nothing to say but whether it was done. */
export interface Done {
  readonly error?: GroupError;
}

export interface OffsetOf {
  readonly topic: string;
  readonly partition: number;
  /** The next one to read. */
  readonly offset: number;
  /** What the client keeps beside it. */
  readonly metadata?: string;
}

export interface CommitRequest extends Asking {
  /** Left out (with no member id): of a consumer that is in no group. */
  readonly generation?: number;
  readonly offsets: readonly OffsetOf[];
  /** It came over the wire: as Kafka does, the coordinator takes an offset as it is said. kafkajs commits -1 and -2 to begin anew, at the end or the start. */
  readonly isAsSaid?: boolean;
}

export interface TxnCommitRequest extends CommitRequest {
  readonly producerId: number;
}

export interface OffsetFetchRequest extends Asking {
  readonly of: readonly { readonly topic: string; readonly partition: number }[];
  /** Whether offsets of open transactions are waited for (UNSTABLE_OFFSET_COMMIT); clients since 2.5 ask for it. */
  readonly requireStable?: boolean;
}

export interface Fetched {
  readonly error?: undefined;
  /** -1 where nothing is committed. */
  readonly offsets: readonly OffsetOf[];
}

export type OffsetFetchAnswer = Refused | Fetched;
