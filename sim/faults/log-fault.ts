/** Faults of the log broker, as data: what befalls members of a group, leaders of partitions, and what a partition holds. */
import type { Place } from './fault.ts';

/** One partition of a topic: `log.orders/0`. */
export interface PartitionRef {
  readonly component: string;
  readonly topic: string;
  /** From 0. */
  readonly partition: number;
}

/**
 * The process is out of its groups while its handler goes on. `session`: the coordinator hears no heartbeat of its members
 * for a session, and they hear of it later; `poll`: their client leaves, since they did not ask for more in time.
 */
export interface Membership {
  readonly kind: 'rebalance';
  readonly by: 'session' | 'poll';
  readonly place: Place;
}

/** Another broker becomes the coordinator of a group; its members have to find it. */
export interface Moves {
  readonly kind: 'rebalance';
  readonly by: 'coordinator';
  readonly component: string;
  readonly group: string;
  readonly atUs: number;
}

/** Somebody adds partitions to a topic: so many it has from then on, and keys go elsewhere. */
export interface Grows {
  readonly kind: 'rebalance';
  readonly by: 'partitions';
  readonly component: string;
  readonly topic: string;
  readonly partitions: number;
  readonly atUs: number;
}

/** The leader of the partition that a produce goes to fails, and a follower takes over; uncleanly: one that is out of sync. */
export interface Failover {
  readonly kind: 'failover';
  readonly component: string;
  readonly unclean?: true;
  readonly place: Place;
}

/** As `Failover`, of a named partition at a time. */
export interface FailoverAt extends PartitionRef {
  readonly kind: 'failover';
  readonly unclean?: true;
  readonly atUs: number;
}

/** Records go, read or not: all of them for their age (`cut`), or those whose key has a later one (`compacted`). */
export interface Retention extends PartitionRef {
  readonly kind: 'retention';
  readonly how: 'cut' | 'compacted';
  readonly atUs: number;
}

/** A transaction of somebody else has a record in the partition and stays open: who reads committed gets nothing behind it. */
export interface OpenTransaction extends PartitionRef {
  readonly kind: 'open-transaction';
  readonly fromUs: number;
  readonly toUs: number;
}

export type LogFault = Membership | Moves | Grows | Failover | FailoverAt | Retention | OpenTransaction;
