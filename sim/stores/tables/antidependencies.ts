/**
 * Serializable: snapshots, and what they cannot see kept track of. Where a transaction reads what another that runs beside it
 * overwrites, the reader must come first in any serial order. A transaction that has such an edge in and one out is a
 * pivot, and every order that fails has one whose far end committed first; so one of its members is refused.
 * Source: Cahill et al., "Serializable Isolation for Snapshot Databases" (2008); Ports and Grittner, "Serializable Snapshot
 * Isolation in PostgreSQL" (2012), whose choice of the victim this is.
 *
 * A scan reads the whole table, whatever its test lets through. A get reads its row and the place in the index where it is
 * or would be: every key that is inserted conflicts with it, as on one page of PostgreSQL's index.
 */
import { EddyError } from '../../errors.ts';
import type { Table } from './table.ts';
import { type Seen, Version } from './version.ts';
import type { Choose } from './waits.ts';

/** A serializable transaction. */
export class Member {
  readonly rows = new Set<Version>();
  readonly indexes = new Set<Table>();
  readonly tables = new Set<Table>();
  readonly writes: { readonly table: Table; readonly key: string; readonly base: Version | undefined }[] = [];
  /** Who read what this one overwrote. */
  readonly ins = new Set<Member>();
  /** Who overwrote what this one read. */
  readonly outs = new Set<Member>();
  committedAt = Number.POSITIVE_INFINITY;
  /** It must be refused: its next statement that meets a row fails, or its commit. */
  isDoomed = false;

  constructor(readonly begunAt: number) {}

  get isCommitted(): boolean {
    return this.committedAt < Number.POSITIVE_INFINITY;
  }

  /** One that has committed without writing has read from its snapshot and nothing else. */
  get isReadOnly(): boolean {
    return this.isCommitted && this.writes.length === 0;
  }
}

export class Antidependencies {
  /** Open ones, and those that committed while one that is open was. */
  #members = new Set<Member>();
  #commits = 0;

  constructor(readonly choose: Choose) {}

  begin(): Member {
    const member = new Member(this.#commits);
    this.#members.add(member);
    return member;
  }

  /** @throws EDDY_SERIALIZATION */
  getsRow(me: Member, table: Table, key: string, seen: Seen | undefined): void {
    me.indexes.add(table);
    if (seen instanceof Version) me.rows.add(seen);
    const isMeant = (write: Member['writes'][number]): boolean =>
      write.table === table && write.key === key && (!seen || write.base === seen);
    this.#each(
      me,
      ({ writes }) => writes.some(isMeant),
      (other) => this.#edge(me, other, me),
    );
  }

  /** @throws EDDY_SERIALIZATION */
  scans(me: Member, table: Table): void {
    if (table.live.size > 0) refuseDoomed(me);
    me.tables.add(table);
    const isMeant = (write: Member['writes'][number]): boolean => write.table === table;
    this.#each(
      me,
      ({ writes }) => writes.some(isMeant),
      (other) => this.#edge(me, other, me),
    );
  }

  /** Without a version that it replaces it is an insert. @throws EDDY_SERIALIZATION */
  writes(me: Member, table: Table, key: string, base: Version | undefined): void {
    refuseDoomed(me);
    me.writes.push({ table, key, base });
    this.#writes(me, ({ tables, rows }) => tables.has(table) || (base !== undefined && rows.has(base)));
  }

  /** A key, or a changed value of a unique column, comes into the indexes. @throws EDDY_SERIALIZATION */
  indexes(me: Member, table: Table): void {
    refuseDoomed(me);
    this.#writes(me, ({ indexes }) => indexes.has(table));
  }

  /** @throws EDDY_SERIALIZATION */
  commits(me: Member): void {
    refuseDoomed(me);
    for (const pivot of me.ins) {
      if (pivot.isCommitted || pivot.isDoomed) continue;
      // Its far end is about to commit first; refusing it, and not this one, lets somebody get on.
      pivot.isDoomed = [...pivot.ins].some((far) => !far.isCommitted && !far.isDoomed);
    }
    me.committedAt = ++this.#commits;
    this.#forget();
  }

  aborts(me: Member): void {
    this.#members.delete(me);
    for (const reader of me.ins) reader.outs.delete(me);
    for (const writer of me.outs) writer.ins.delete(me);
    this.#forget();
  }

  #writes(me: Member, hasRead: (other: Member) => boolean): void {
    this.#each(me, hasRead, (other) => this.#edge(other, me, me));
  }

  /** Those who run beside, one after the other; PostgreSQL meets them in the order of its pages. */
  #each(me: Member, isMeant: (other: Member) => boolean, meet: (other: Member) => void): void {
    const left = [...this.#members].filter((other) => other !== me && other.committedAt > me.begunAt && isMeant(other));
    while (left.length > 0) {
      const [other] = left.splice(left.length > 1 ? this.choose(left.length) : 0, 1);
      if (other && !other.isDoomed) meet(other);
    }
  }

  #edge(reader: Member, writer: Member, me: Member): void {
    if (reader.outs.has(writer)) return;
    const isDangerous = isPivot(reader, writer) || isPivotBetween(reader, writer);
    reader.outs.add(writer);
    writer.ins.add(reader);
    if (!isDangerous) return;
    if (writer === me || writer.isCommitted) throw refused();
    writer.isDoomed = true;
  }

  /** Nobody who is open, or will be, runs beside them. */
  #forget(): void {
    const open = [...this.#members].filter(({ isCommitted }) => !isCommitted);
    const oldest = Math.min(...open.map(({ begunAt }) => begunAt));
    for (const member of this.#members) {
      if (!member.isCommitted || member.committedAt > oldest) continue;
      this.#members.delete(member);
      member.ins.clear();
      member.outs.clear();
    }
  }
}

/** reader -> writer -> far, and far has committed first. */
function isPivot(reader: Member, writer: Member): boolean {
  return [...writer.outs].some(
    (far) =>
      far.isCommitted &&
      far.committedAt <= Math.min(reader.committedAt, writer.committedAt) &&
      (!reader.isReadOnly || far.committedAt <= reader.begunAt),
  );
}

/** far -> reader -> writer, and the writer has committed first. */
function isPivotBetween(reader: Member, writer: Member): boolean {
  if (!writer.isCommitted || reader.isReadOnly) return false;
  return [...reader.ins].some(
    (far) =>
      !far.isDoomed && far.committedAt >= writer.committedAt && (!far.isReadOnly || far.begunAt >= writer.committedAt),
  );
}

/** @throws EDDY_SERIALIZATION */
export function refuseDoomed(me: Member): void {
  if (me.isDoomed) throw refused();
}

function refused(): EddyError {
  return new EddyError(
    'EDDY_SERIALIZATION',
    'No serial order of this transaction and those beside it would read what they have read: it was rolled back; run it again',
    {},
  );
}
