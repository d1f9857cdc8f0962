/** Clients that talk to the broker over connections of their own, byte by byte: what a run's faults have to find of them. */
import type { Process } from '../../services/process.ts';
import type { Isolation } from './replica.ts';

/** Somebody who reads topics. */
export interface Reads {
  readonly topics: readonly string[];
  readonly isolation: Isolation;
  /** Whether it reads this partition now. */
  has(topic: string, partition: number): boolean;
}

export interface LinkedClients {
  isConnected(process: Process): boolean;
  /** Whether a connection keeps the process's event loop going. */
  serves(process: Process): boolean;
  disconnect(process: Process): void;
  halfOpen(process: Process): void;
  availabilityChanged(): void;
  /** Memberships of the process, as far as it has been told. */
  membersOf(process: Process): readonly { readonly group: string; readonly memberId: string }[];
  readonly reads: readonly Reads[];
  /** The member sends heartbeats, and sleeps between two of them (kernel/chain.ts). */
  isBeatingAsleep(group: string, memberId: string): boolean;
  unfinished(): readonly string[];
}
