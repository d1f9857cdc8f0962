/** An open transaction: what it wrote, kept to itself until it commits. */
import type { Member } from './antidependencies.ts';
import type { Table } from './table.ts';
import type { Row, Seen, Version } from './version.ts';

export type Isolation = 'read committed' | 'repeatable read' | 'serializable';

export const ISOLATIONS: readonly string[] = [
  'read committed',
  'repeatable read',
  'serializable',
] satisfies Isolation[];

/** What a transaction does to one key. */
export class Write {
  /** Every row that it made there, the last one being how it leaves it: the unique indexes hold them all until its end. */
  readonly made: Row[] = [];
  isDeleted = false;
  /** How many unique constraints, the key first, have taken the last row. */
  indexed = 0;
  /** Whether the row is the one of `base` still: not deleted and inserted again. */
  isUpdate = true;

  constructor(
    readonly key: string,
    /** The committed version that it replaces or deletes. */
    readonly base: Version | undefined,
  ) {}

  get row(): Row | undefined {
    return this.isDeleted ? undefined : this.made.at(-1);
  }

  seen(): this is Seen {
    return this.row !== undefined;
  }
}

export class Transaction {
  readonly writes = new Map<string, Map<string, Write>>();
  /** The rows that it wrote or locked. */
  readonly held: { readonly table: Table; readonly key: string }[] = [];
  isOpen = true;
  /** It is over since its connection was lost. */
  isLost = false;
  /** The error that aborted it: PostgreSQL refuses every statement after it, and its commit rolls back. */
  abortedBy: unknown;
  /** What it waits for, in words. */
  waitsFor: string | undefined;
  /** Number of the last commit that it sees, from its first statement on; undefined: each statement sees all commits. */
  snapshot: number | undefined;
  /** What it read and wrote, if it is serializable. */
  member: Member | undefined;

  constructor(
    readonly id: number,
    readonly isolation: Isolation,
  ) {}
}
