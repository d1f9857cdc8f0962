/** A database core to try statements on: each answer is kept until it is asked for. */
import { Database } from './database.ts';
import type { ScanOptions } from './scanning.ts';
import type { TableShape } from './table.ts';
import type { Isolation, Transaction } from './transaction.ts';
import type { Row } from './version.ts';

/** `waits`, `ok`, or the error's code. */
export class Tried<T> {
  state = 'waits';
  value: T | undefined;
  error: unknown;

  ok(value: T): void {
    this.state = 'ok';
    this.value = value;
  }

  fail(error: unknown): void {
    this.state = (error as { code: string }).code;
    this.error = error;
  }
}

export class Client {
  readonly tx: Transaction;

  constructor(
    readonly db: Database,
    isolation?: Isolation,
  ) {
    this.tx = db.begin(isolation);
  }

  #try<T>(statement: (answer: Tried<T>) => void): Tried<T> {
    const tried = new Tried<T>();
    statement(tried);
    return tried;
  }

  insert(row: Row, table = 't'): Tried<void> {
    return this.#try((answer) => this.db.insert(this.tx, table, row, answer));
  }

  insertIfAbsent(row: Row, table = 't'): Tried<boolean> {
    return this.#try((answer) => this.db.insertIfAbsent(this.tx, table, row, answer));
  }

  put(row: Row, table = 't'): Tried<void> {
    return this.#try((answer) => this.db.put(this.tx, table, row, answer));
  }

  delete(key: string, table = 't'): Tried<boolean> {
    return this.#try((answer) => this.db.delete(this.tx, table, key, answer));
  }

  scan(o: ScanOptions = {}, table = 't'): Tried<readonly Row[]> {
    return this.#try((answer) => this.db.scan(this.tx, table, o, answer));
  }

  get(key: string, table = 't'): Row | undefined {
    return this.db.get(this.tx, table, key);
  }

  next(sequence: string): bigint {
    return this.db.next(this.tx, sequence);
  }

  commit(): void {
    this.db.commit(this.tx);
  }

  rollback(): void {
    this.db.rollback(this.tx);
  }
}

export function database(shape: Partial<TableShape> = {}): Database {
  return new Database('db', { t: { key: 'id', ...shape } });
}

/** The committed rows, by key. */
export function rowsOf(db: Database): readonly Row[] {
  return [...(db.tables.get('t')?.live.values() ?? [])]
    .map(({ row }) => row)
    .toSorted((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1));
}
