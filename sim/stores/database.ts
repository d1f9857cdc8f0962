/**
 * The store's core: committed rows, and transactions that keep their writes to themselves until they commit. Read
 * committed: each statement sees what is committed when it runs, and its own transaction's writes. Pure and
 * synchronous, except that a statement may answer later when it waits for a lock.
 * Source: PostgreSQL documentation, "Transaction Isolation", "Explicit Locking", INSERT; error codes of appendix A.
 *
 * Not modelled: repeatable read and serializable (asked for, they are refused), predicate locks, savepoints.
 */
import { EddyError } from '../errors.ts';
import { frozenCopy } from '../history/freeze.ts';
import { Locks } from './locks.ts';

export type Row = Readonly<Record<string, unknown>>;

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

interface Answer<T> {
  ok(value: T): void;
  fail(error: unknown): void;
}

export class Transaction {
  readonly writes = new Map<string, Map<string, Row | undefined>>();
  isOpen = true;
  /** The error that aborted it: PostgreSQL refuses every statement after it, and its commit rolls back. */
  abortedBy: unknown;
  waitsFor: string | undefined;

  constructor(readonly id: number) {}
}

interface Table {
  readonly shape: TableShape;
  readonly rows: Map<string, Row>;
}

export class Database {
  readonly tables = new Map<string, Table>();
  readonly #locks = new Locks<Transaction>();
  readonly #sequences = new Map<string, bigint>();
  #ids = 0;

  constructor(
    readonly name: string,
    shapes: Readonly<Record<string, TableShape>>,
  ) {
    for (const [table, shape] of Object.entries(shapes)) {
      const rows = (shape.rows ?? []).map((row) => frozenCopy(row) as Row);
      this.tables.set(table, { shape, rows: new Map(rows.map((row) => [keyIn(shape, row), row])) });
      for (const sequence of shape.sequences ?? []) this.#sequences.set(sequence, 0n);
    }
  }

  begin(): Transaction {
    return new Transaction(++this.#ids);
  }

  get(tx: Transaction, table: string, key: string): Row | undefined {
    const own = tx.writes.get(table);
    return own?.has(key) ? own.get(key) : this.#table(table).rows.get(key);
  }

  insert(tx: Transaction, table: string, given: Row, answer: Answer<void>): void {
    const { row, key } = this.#taken(table, given);
    this.#lockAll(tx, this.#uniqueLocks(table, row, key), answer, () => {
      const clash = this.#clash(tx, table, row, key, true);
      if (clash) this.#abort(tx, violation(table, clash), answer);
      else {
        this.#write(tx, table, key, row);
        answer.ok();
      }
    });
  }

  insertIfAbsent(tx: Transaction, table: string, given: Row, answer: Answer<boolean>): void {
    const { row, key } = this.#taken(table, given);
    const locks = this.#uniqueLocks(table, row, key);
    const had = locks.map((lock) => this.#locks.isHeldBy(lock, tx));
    this.#lockAll(tx, locks, answer, () => {
      const clash = this.#clash(tx, table, row, key, true);
      if (!clash) this.#write(tx, table, key, row);
      // A row that was there is not locked by looking at it.
      else locks.filter((_, n) => !had[n]).forEach((lock) => this.#locks.releaseOne(lock, tx));
      answer.ok(!clash);
    });
  }

  put(tx: Transaction, table: string, given: Row, answer: Answer<void>): void {
    const { row, key } = this.#taken(table, given);
    this.#lockAll(tx, this.#uniqueLocks(table, row, key), answer, () => {
      const clash = this.#clash(tx, table, row, key, false);
      if (clash) {
        this.#abort(tx, violation(table, clash), answer);
        return;
      }
      this.#lockAll(tx, this.#heldBy(tx, table, key), answer, () => {
        this.#write(tx, table, key, row);
        answer.ok();
      });
    });
  }

  delete(tx: Transaction, table: string, key: string, answer: Answer<boolean>): void {
    this.#lockAll(tx, [lockOf(table, key)], answer, () => {
      const exists = this.get(tx, table, key) !== undefined;
      this.#lockAll(tx, this.#heldBy(tx, table, key), answer, () => {
        if (exists) this.#write(tx, table, key, undefined);
        answer.ok(exists);
      });
    });
  }

  scan(tx: Transaction, table: string, o: ScanOptions, answer: Answer<readonly Row[]>): void {
    let rows: Row[];
    try {
      rows = this.#matching(tx, table, o);
    } catch (error) {
      this.#abort(tx, error, answer);
      return;
    }
    const { shape } = this.#table(table);
    if (o.forUpdate === 'skip locked') {
      rows = rows.filter((row) => !this.#locks.isHeldByAnother(lockOf(table, keyIn(shape, row)), tx));
    }
    if (o.limit !== undefined) rows = rows.slice(0, o.limit);
    if (!o.forUpdate) {
      answer.ok(rows);
      return;
    }
    const keys = rows.map((row) => keyIn(shape, row));
    // Read committed looks again at what it waited for: the rows may have changed, or match no more.
    this.#lockAll(
      tx,
      keys.map((key) => lockOf(table, key)),
      answer,
      () => {
        const now = keys.map((key) => this.get(tx, table, key)).filter((row) => row !== undefined);
        let matching: Row[];
        try {
          matching = now.filter((row) => o.where?.(row) ?? true);
        } catch (error) {
          this.#abort(tx, error, answer);
          return;
        }
        answer.ok(matching);
      },
    );
  }

  /** Taken at once, in call order, and never rolled back. */
  next(sequence: string): bigint {
    const value = this.#sequences.get(sequence);
    if (value === undefined)
      throw new EddyError('EDDY_NO_SUCH_SEQUENCE', `There is no sequence "${sequence}" in ${this.name}`, { sequence });
    this.#sequences.set(sequence, value + 1n);
    return value + 1n;
  }

  /** Makes the writes visible; what changed, in the order of the statements. A transaction that was aborted rolls back. */
  commit(tx: Transaction): readonly Change[] {
    if (!tx.isOpen) return [];
    const changes: Change[] = [];
    if (tx.abortedBy === undefined) {
      for (const [table, writes] of tx.writes) {
        const { rows } = this.#table(table);
        for (const [key, after] of writes) {
          const before = rows.get(key);
          if (after) rows.set(key, after);
          else rows.delete(key);
          if (before || after) changes.push({ table, key, before, after });
        }
      }
    }
    this.#end(tx);
    return changes;
  }

  rollback(tx: Transaction): void {
    if (tx.isOpen) this.#end(tx);
  }

  #end(tx: Transaction): void {
    tx.isOpen = false;
    tx.waitsFor = undefined;
    this.#locks.release(tx);
  }

  #table(name: string): Table {
    const table = this.tables.get(name);
    if (!table)
      throw new EddyError('EDDY_NO_SUCH_TABLE', `There is no table "${name}" in ${this.name}`, { table: name });
    return table;
  }

  #taken(table: string, given: Row): { row: Row; key: string } {
    // The port has copied it already.
    const row = Object.isFrozen(given) ? given : frozenCopy(given);
    return { row, key: keyIn(this.#table(table).shape, row) };
  }

  #write(tx: Transaction, table: string, key: string, row: Row | undefined): void {
    let own = tx.writes.get(table);
    if (!own) {
      own = new Map();
      tx.writes.set(table, own);
    }
    own.set(key, row);
  }

  #uniqueLocks(table: string, row: Row, key: string): string[] {
    // A missing value conflicts with nothing.
    const unique = (this.#table(table).shape.unique ?? []).filter((column) => row[column] != null);
    return [lockOf(table, key), ...unique.map((column) => `${table}.${column}=${String(row[column])}`)];
  }

  /** The unique values of the row as it is: who gives them up holds them until it is known whether it does. */
  #heldBy(tx: Transaction, table: string, key: string): string[] {
    const row = this.get(tx, table, key);
    return row ? this.#uniqueLocks(table, row, key) : [];
  }

  /** The unique violation that writing this row would be; an error is made of it only where one is raised. */
  #clash(tx: Transaction, table: string, row: Row, key: string, isInsert: boolean): Clash | undefined {
    if (isInsert && this.get(tx, table, key)) return { column: this.#table(table).shape.key, value: key };
    for (const column of this.#table(table).shape.unique ?? []) {
      const value = row[column];
      if (value === undefined || value === null) continue;
      for (const other of this.#visible(tx, table)) {
        if (other[column] === value && keyIn(this.#table(table).shape, other) !== key)
          return { column, value: String(value) };
      }
    }
    return undefined;
  }

  #visible(tx: Transaction, table: string): Row[] {
    const own = tx.writes.get(table);
    const { rows } = this.#table(table);
    if (!own) return [...rows.values()];
    const kept = [...rows].filter(([key]) => !own.has(key)).map(([, row]) => row);
    return [...kept, ...[...own.values()].filter((row) => row !== undefined)];
  }

  #matching(tx: Transaction, table: string, o: ScanOptions): Row[] {
    const rows = this.#visible(tx, table).filter((row) => o.where?.(row) ?? true);
    const { orderBy } = o;
    return orderBy === undefined ? rows : rows.toSorted((a, b) => compare(a[orderBy], b[orderBy]));
  }

  /** Takes the locks one after the other, then goes on; an aborted or ended transaction goes nowhere. */
  #lockAll(tx: Transaction, names: readonly string[], answer: Answer<never>, go: () => void): void {
    const [name, ...rest] = names;
    if (name === undefined) {
      tx.waitsFor = undefined;
      go();
      return;
    }
    tx.waitsFor = name;
    const got = this.#locks.acquire(name, tx, () => this.#lockAll(tx, rest, answer, go));
    if (got === 'deadlock') {
      this.#abort(
        tx,
        new EddyError('EDDY_DEADLOCK', `Deadlock on ${name}: the transaction was rolled back`, { lock: name }),
        answer,
      );
    }
  }

  /** An error aborts the transaction and frees its locks; it stays open, refusing everything, until its client ends it. */
  #abort(tx: Transaction, error: unknown, answer: Answer<never>): void {
    this.abort(tx, error);
    answer.fail(error);
  }

  abort(tx: Transaction, error: unknown): void {
    tx.abortedBy ??= error;
    tx.waitsFor = undefined;
    tx.writes.clear();
    this.#locks.release(tx);
  }
}

export interface ScanOptions {
  readonly where?: ((row: Row) => boolean) | undefined;
  readonly orderBy?: string | undefined;
  readonly limit?: number | undefined;
  readonly forUpdate?: 'wait' | 'skip locked' | undefined;
}

function lockOf(table: string, key: string): string {
  return `${table}/${key}`;
}

function keyIn(shape: TableShape, row: Row): string {
  return String(row[shape.key]);
}

interface Clash {
  readonly column: string;
  readonly value: string;
}

function violation(table: string, { column, value }: Clash): EddyError {
  return new EddyError('EDDY_UNIQUE_VIOLATION', `A row with ${column} "${value}" exists in ${table}`, {
    table,
    key: value,
    column,
  });
}

/** Numbers by size, all else by UTF-16 units, so that no locale has a say; missing values last, as in PostgreSQL. */
function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === undefined || a === null) return 1;
  if (b === undefined || b === null) return -1;
  if ((typeof a === 'number' || typeof a === 'bigint') && (typeof b === 'number' || typeof b === 'bigint'))
    return a < b ? -1 : 1;
  return String(a) < String(b) ? -1 : 1;
}
