/** One table: its committed rows, the older versions that open snapshots may still see, and who holds which row. */
import { EddyError } from '../../errors.ts';
import { frozenCopy } from '../../history/freeze.ts';
import { type Transaction, Write } from './transaction.ts';
import { type Row, type Seen, Version } from './version.ts';

export interface TableShape {
  readonly key: string;
  readonly unique?: readonly string[];
  readonly sequences?: readonly string[];
  readonly rows?: readonly object[];
}

export interface Change {
  readonly table: string;
  readonly key: string;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

export class Table {
  readonly live = new Map<string, Version>();
  /** Versions that were replaced or deleted while a snapshot was open. */
  readonly past: Version[] = [];
  /** Who wrote or locked a row, until it ends. */
  readonly holders = new Map<string, Transaction>();
  /** The columns that must be unique, the key first. */
  readonly unique: readonly string[];

  constructor(
    readonly name: string,
    readonly shape: TableShape,
  ) {
    this.unique = [shape.key, ...(shape.unique ?? [])];
    for (const given of shape.rows ?? []) {
      const row = frozenCopy(given) as Row;
      this.live.set(this.keyOf(row), new Version(this.keyOf(row), row, 0));
    }
  }

  /** @throws EddyError EDDY_NOT_NULL_VIOLATION: the key of a table is never missing (23502 in PostgreSQL) */
  keyOf(row: Row): string {
    const { key: column } = this.shape;
    const key = row[column] ?? undefined;
    if (key !== undefined) return String(key);
    throw new EddyError('EDDY_NOT_NULL_VIOLATION', `A row of ${this.name} has no ${column}, which is its key`, {
      table: this.name,
      column,
    });
  }

  /** Somebody else who wrote or locked the row. */
  holder(key: string, tx: Transaction): Transaction | undefined {
    const holder = this.holders.get(key);
    return holder === tx ? undefined : holder;
  }

  /** What a transaction did to the key. */
  write(key: string, tx: Transaction): Write | undefined {
    return tx.writes.get(this.name)?.get(key);
  }

  /** What the transaction sees under the key: its own row, else the committed one that its snapshot shows. */
  find(key: string, tx: Transaction): Seen | undefined {
    const own = this.write(key, tx);
    return own?.seen() ? own : this.#shown(key, tx, own);
  }

  /** A row deleted since the snapshot that stays visible beside one that the transaction has inserted under its key. */
  shadowed(key: string, tx: Transaction): Version | undefined {
    const own = this.write(key, tx);
    return own?.seen() ? this.#shown(key, tx, own) : undefined;
  }

  /** The committed version that the transaction sees, unless it has replaced it itself. */
  #shown(key: string, { snapshot }: Transaction, own: Write | undefined): Version | undefined {
    const live = this.live.get(key);
    const shown =
      snapshot === undefined || live?.isIn(snapshot)
        ? live
        : this.past.find((version) => version.key === key && version.isIn(snapshot));
    return shown === own?.base ? undefined : shown;
  }

  /** All that the transaction sees, its own rows last. */
  visible(tx: Transaction): Seen[] {
    const { snapshot } = tx;
    let seen: Version[] = [...this.live.values()];
    if (snapshot !== undefined) seen = [...seen, ...this.past].filter((version) => version.isIn(snapshot));
    const own = tx.writes.get(this.name);
    if (!own) return seen;
    return [
      ...seen.filter((version) => own.get(version.key)?.base !== version),
      ...[...own.values()].filter((write) => write.seen()),
    ];
  }

  /** Locks a row that nobody else holds, until the transaction ends. */
  hold(key: string, tx: Transaction): void {
    if (this.holders.get(key) === tx) return;
    this.holders.set(key, tx);
    tx.held.push({ table: this, key });
  }

  /** Begins to write. */
  take(key: string, tx: Transaction): Write {
    this.hold(key, tx);
    let own = tx.writes.get(this.name);
    if (!own) tx.writes.set(this.name, (own = new Map<string, Write>()));
    let write = own.get(key);
    if (!write) own.set(key, (write = new Write(key, this.live.get(key))));
    return write;
  }

  /** Makes a write the committed state. */
  apply(write: Write, commit: number): Change | undefined {
    const { key, base, row } = write;
    if (base) base.until = commit;
    if (row) {
      const version = new Version(key, row, commit);
      if (base && write.isUpdate) base.next = version;
      this.live.set(key, version);
    } else this.live.delete(key);
    return base || row ? { table: this.name, key, before: base?.row, after: row } : undefined;
  }
}
