/** What a consumer may be told, and what the clients take when they are told nothing. */
import { EddyError } from '../../../errors.ts';
import { ASSIGNORS, type AssignorName } from '../group/assignors/table.ts';
import type { Isolation } from '../replica.ts';

/** How a consumer of a group reads: what it is assigned by, from where it begins, what it commits. */
export interface ConsumerOptions {
  readonly group: string;
  /** Where to begin when nothing is committed, or what is committed is gone; default: `earliest` (the clients' own: `latest`). */
  readonly from?: 'earliest' | 'latest';
  /** Default: `read_uncommitted`, as in Kafka. */
  readonly isolation?: Isolation;
  /** Partitions are about to go to somebody else; who returns a promise is waited for, and may commit until it settles. */
  readonly onRevoked?: (partitions: readonly number[]) => Promise<void> | void;
  /** Partitions have come; nothing of them is handed out until a promise that it returns has settled. */
  readonly onAssigned?: (partitions: readonly number[]) => Promise<void> | void;
  /** Partitions are gone: somebody else may have them, and commits of them are refused. */
  readonly onLost?: (partitions: readonly number[]) => Promise<void> | void;
  /** Whose defaults apply, and whose rules where the clients differ; default: `java`. */
  readonly client?: 'java' | 'kafkajs';
  /** Default: `range` (java), `round-robin` (kafkajs). */
  readonly assignor?: AssignorName;
  /** `group.instance.id`: a static member, whose partitions wait for it over a restart. */
  readonly instanceId?: string;
  /** After so long without a heartbeat the group goes on without the member; default: 45 000. */
  readonly sessionTimeoutMs?: number;
  /** Default: 3 000. */
  readonly heartbeatMs?: number;
  /** A record that is worked at for longer makes the client leave; default: 300 000 (java), never (kafkajs). */
  readonly maxPollIntervalMs?: number;
  /** How long the others wait for a member to join again, in kafkajs; default: 60 000. In java it is `maxPollIntervalMs`. */
  readonly rebalanceTimeoutMs?: number;
  /**
   * On `eachMessage` and `eachBatch`: commits after each that was handled; default: true. On `messages` and `batches`: commits
   * at polls, every `autoCommitIntervalMs`, whatever was handed out before, handled or not; default: false.
   */
  readonly autoCommit?: boolean;
  /** Default: 5 000. */
  readonly autoCommitIntervalMs?: number;
  /** Records of one partition that are handed out before the first of them is done; default: 1. */
  readonly inFlight?: number;
  /** Records that a fetch brings, and a batch holds, at most; default: 500. */
  readonly maxPollRecords?: number;
  /** How long new partitions of a topic may stay unseen; default: 30 000 (Kafka's own: 300 000). */
  readonly metadataMaxAgeMs?: number;
}

/** All of them, with their defaults; times in microseconds. */
export interface ConsumerSettings {
  readonly group: string;
  readonly from: 'earliest' | 'latest';
  readonly isolation: Isolation;
  readonly onRevoked: ConsumerOptions['onRevoked'];
  readonly onAssigned: ConsumerOptions['onAssigned'];
  readonly onLost: ConsumerOptions['onLost'];
  readonly protocols: readonly AssignorName[];
  /** Only what moves is revoked. */
  readonly isCooperative: boolean;
  readonly instanceId: string | undefined;
  readonly sessionTimeoutUs: number;
  readonly heartbeatUs: number;
  readonly rebalanceTimeoutUs: number;
  /** Infinity: the client has no such limit. */
  readonly maxPollIntervalUs: number;
  readonly autoCommit: boolean | undefined;
  readonly autoCommitIntervalUs: number;
  readonly inFlight: number;
  readonly maxPollRecords: number;
  readonly metadataMaxAgeUs: number;
}

/** @throws EddyError EDDY_CONFIG for what no client would take */
export function settingsOf(o: ConsumerOptions): ConsumerSettings {
  const isJava = o.client !== 'kafkajs';
  const positive = (name: keyof ConsumerOptions, otherwise: number): number => {
    const value = (o[name] as number | undefined) ?? otherwise;
    if (!(value > 0)) throw wrong(`${name} must be more than 0, not ${value}`);
    return value;
  };
  const us = (name: keyof ConsumerOptions, otherwise: number): number => positive(name, otherwise) * 1000;
  if (o.group === '') throw wrong('a consumer needs the name of its group');
  if (o.assignor !== undefined && !Object.hasOwn(ASSIGNORS, o.assignor))
    throw wrong(`there is no assignor ${o.assignor}`);
  const maxPollIntervalUs = isJava ? us('maxPollIntervalMs', 300_000) : Infinity;
  const sessionTimeoutUs = us('sessionTimeoutMs', 45_000);
  const heartbeatUs = us('heartbeatMs', 3_000);
  if (heartbeatUs >= sessionTimeoutUs) throw wrong('heartbeatMs must be less than sessionTimeoutMs');
  return {
    group: o.group,
    from: o.from ?? 'earliest',
    isolation: o.isolation ?? 'read_uncommitted',
    onRevoked: o.onRevoked,
    onAssigned: o.onAssigned,
    onLost: o.onLost,
    protocols: o.assignor ? [o.assignor] : isJava ? ['range', 'cooperative-sticky'] : ['round-robin'],
    isCooperative: o.assignor === 'cooperative-sticky',
    instanceId: o.instanceId,
    sessionTimeoutUs,
    heartbeatUs,
    rebalanceTimeoutUs: isJava ? maxPollIntervalUs : us('rebalanceTimeoutMs', 60_000),
    maxPollIntervalUs,
    autoCommit: o.autoCommit,
    autoCommitIntervalUs: us('autoCommitIntervalMs', 5_000),
    inFlight: positive('inFlight', 1),
    maxPollRecords: positive('maxPollRecords', 500),
    metadataMaxAgeUs: us('metadataMaxAgeMs', 30_000),
  };
}

function wrong(says: string): EddyError {
  return new EddyError('EDDY_CONFIG', `The consumer cannot be made: ${says}`, { kafka: 'ConfigException' });
}
