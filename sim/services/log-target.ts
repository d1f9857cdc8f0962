/**
 * What can befall a log broker. Each method changes something or does nothing; just before it changes something it calls
 * `strikes`, so that a fault that could do nothing is not counted, and one that did stands before what it did.
 */
import type { Membership, PartitionRef, Retention } from '../faults/log-fault.ts';
import type { Process } from './process.ts';

export type WayOut = Membership['by'];
export type Election = 'clean' | 'unclean';
export type OnePartition = Pick<PartitionRef, 'topic' | 'partition'>;

export interface LogTarget {
  /** What there is of it by now: how many partitions each topic has, and its groups. */
  readonly holds: { readonly topics: ReadonlyMap<string, number>; readonly groups: readonly string[] };
  /** How members of the process can be put out of their groups now. */
  waysOut(process: Process): readonly WayOut[];
  /** How another leader can come to be now. */
  elections(of: OnePartition): readonly Election[];
  expel(process: Process, by: WayOut, strikes: () => void): void;
  failover(of: OnePartition, election: Election, strikes: () => void): void;
  moveCoordinator(group: string, strikes: () => void): void;
  /** So many partitions the topic has from then on. */
  grow(topic: string, partitions: number, strikes: () => void): void;
  retain(of: OnePartition, how: Retention['how'], strikes: () => void): void;
  /** Opens a transaction there; `strikes` is called when it first holds a record back. @returns what ends it */
  holdBack(of: OnePartition, strikes: () => void): () => void;
}
