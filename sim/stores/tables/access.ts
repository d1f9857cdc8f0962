/** What one transaction may see and do in one table, at its isolation level. */
import { EddyError } from '../../errors.ts';
import { type Antidependencies, refuseDoomed } from './antidependencies.ts';
import type { Table } from './table.ts';
import type { Transaction, Write } from './transaction.ts';
import { type Blocked, lockOf, valueTaken, violation } from './unique.ts';
import { type Row, type Seen, Version } from './version.ts';
import type { Choose } from './waits.ts';

export class Access {
  constructor(
    readonly table: Table,
    readonly tx: Transaction,
    readonly antidependencies: Antidependencies,
    readonly choose: Choose,
  ) {}

  /** Reads the row under the key, and remembers that it was read. */
  get(key: string): Seen | undefined {
    const { table, tx } = this;
    const older = table.shadowed(key, tx);
    const seen = older && this.choose(2) === 1 ? older : table.find(key, tx);
    this.#gets(key, seen);
    return seen;
  }

  /** All that is visible, and remembers that the table was read. */
  scan(): Seen[] {
    const { table, tx } = this;
    if (tx.member) this.antidependencies.scans(tx.member, table);
    return table.visible(tx);
  }

  /** That the row is there has been told to the client. PostgreSQL does not track that; here it counts as read. */
  told(by: Seen): void {
    if (!(by instanceof Version)) return;
    this.mustSee(by);
    if (this.tx.member && this.choose(2) === 0) this.#gets(by.key, by);
  }

  #gets(key: string, seen: Seen | undefined): void {
    const { member } = this.tx;
    if (!member) return;
    // Without a row in sight PostgreSQL hears of its doom only where it comes across one that it may not see.
    if (seen || (member.isDoomed && this.choose(2) === 0)) refuseDoomed(member);
    this.antidependencies.getsRow(member, this.table, key, seen);
  }

  blocked(key: string): Blocked | undefined {
    const on = this.table.holder(key, this.tx);
    return on && { on, lock: lockOf(this.table, key) };
  }

  /**
   * A row that was seen, as it is now, if it still is: read committed goes on with what others made of it.
   * @throws EDDY_SERIALIZATION at the other levels when it was changed since the snapshot
   */
  current(version: Version): Version | undefined {
    if (!version.isLive && this.tx.snapshot !== undefined) throw this.#changed(version.key);
    return version.latest;
  }

  /** @throws EDDY_SERIALIZATION when the row has come since the snapshot */
  mustSee(version: Version): void {
    if (this.tx.snapshot !== undefined && version.since > this.tx.snapshot) throw this.#changed(version.key);
  }

  #changed(key: string): EddyError {
    const { table, tx } = this;
    return new EddyError(
      'EDDY_SERIALIZATION',
      `Row ${lockOf(table, key)} was changed since this ${tx.isolation} transaction began: it was rolled back; run it again`,
      { table: table.name, key },
    );
  }

  /** Says that a key is about to be written; without a version that is replaced it is an insert. */
  writes(key: string, base?: Version): void {
    if (this.tx.member) this.antidependencies.writes(this.tx.member, this.table, key, base);
  }

  /** Says that the row comes into the indexes. */
  indexes(): void {
    if (this.tx.member) this.antidependencies.indexes(this.tx.member, this.table);
  }

  /** Writes the row; the key is free, or the transaction's own. */
  write(key: string, row: Row): Write {
    const write = this.table.take(key, this.tx);
    if (write.isDeleted) {
      write.isUpdate = false;
      write.isDeleted = false;
    }
    write.made.push(row);
    write.indexed = 1;
    return write;
  }

  /**
   * Brings the row that was written last into the unique indexes, one after the other.
   * @returns who must end first
   * @throws EDDY_UNIQUE_VIOLATION
   */
  index(write: Write, row: Row): Blocked | undefined {
    const { table, tx } = this;
    for (; write.indexed < table.unique.length; write.indexed++) {
      const taken = valueTaken(table, tx, row, write.indexed);
      if (taken && 'on' in taken) return taken;
      // Who has no place in a serial order hears that first, also if that was found while it waited for the value.
      if (taken) this.indexes();
      else if (tx.member) refuseDoomed(tx.member);
      if (taken) throw violation(table, table.unique[write.indexed] as string, row);
    }
    if (tx.member) this.#mustFitSnapshot(write, row);
    return undefined;
  }

  /**
   * A value that another transaction has given up since the snapshot is free, and yet the snapshot says that it is taken:
   * no serial order gives both. PostgreSQL lets this pass.
   */
  #mustFitSnapshot(write: Write, row: Row): void {
    const { table, tx } = this;
    const clash = table
      .visible(tx)
      .find(
        (seen) =>
          seen !== write && table.unique.some((column) => row[column] != null && seen.row[column] === row[column]),
      );
    if (clash && this.choose(2) === 0) throw this.#changed(clash.key);
  }
}
