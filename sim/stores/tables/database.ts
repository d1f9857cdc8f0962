/**
 * The store's core: committed versions of rows, and transactions that keep their writes to themselves until they commit.
 * Read committed: each statement sees what is committed when it begins, and its own transaction's writes. Repeatable read
 * and serializable: all see what was committed when the first one began. Pure and synchronous, except that a statement may
 * answer later when it waits for another transaction to end.
 * Source: PostgreSQL documentation, "Transaction Isolation", "Explicit Locking", INSERT; error codes of appendix A.
 *
 * Not modelled: savepoints, read-only and deferrable transactions, foreign keys.
 */
import { EddyError } from '../../errors.ts';
import { frozenCopy } from '../../history/freeze.ts';
import { Access } from './access.ts';
import { Antidependencies } from './antidependencies.ts';
import { type ScanOptions, scan } from './scanning.ts';
import { type Change, Table, type TableShape } from './table.ts';
import { type Isolation, Transaction } from './transaction.ts';
import type { Row } from './version.ts';
import { type Choose, Waits } from './waits.ts';
import { type Attempt, insert, insertIfAbsent, put, remove } from './writing.ts';

interface Answer<T> {
  ok(value: T): void;
  fail(error: unknown): void;
}

export class Database {
  readonly tables = new Map<string, Table>();
  readonly #waits: Waits<Transaction>;
  readonly #antidependencies: Antidependencies;
  readonly #sequences = new Map<string, bigint>();
  /** Open transactions that keep a snapshot. */
  readonly #snapshots = new Set<Transaction>();
  #commits = 0;
  #ids = 0;

  /** @param choose where PostgreSQL may do one thing or another, which; 0 is what a run does */
  constructor(
    readonly name: string,
    shapes: Readonly<Record<string, TableShape>>,
    readonly choose: Choose = () => 0,
  ) {
    this.#waits = new Waits(choose);
    this.#antidependencies = new Antidependencies(choose);
    for (const [table, shape] of Object.entries(shapes)) {
      this.tables.set(table, new Table(table, shape));
      for (const sequence of shape.sequences ?? []) this.#sequences.set(sequence, 0n);
    }
  }

  begin(isolation: Isolation = 'read committed'): Transaction {
    return new Transaction(++this.#ids, isolation);
  }

  /** @throws what aborts the transaction */
  get(tx: Transaction, table: string, key: string): Row | undefined {
    try {
      return this.#access(tx, table).get(key)?.row;
    } catch (error) {
      this.abort(tx, error);
      throw error;
    }
  }

  insert(tx: Transaction, table: string, row: Row, answer: Answer<void>): void {
    this.#run(tx, answer, () => insert(this.#access(tx, table), taken(row)));
  }

  insertIfAbsent(tx: Transaction, table: string, row: Row, answer: Answer<boolean>): void {
    this.#run(tx, answer, () => insertIfAbsent(this.#access(tx, table), taken(row)));
  }

  put(tx: Transaction, table: string, row: Row, answer: Answer<void>): void {
    this.#run(tx, answer, () => put(this.#access(tx, table), taken(row)));
  }

  delete(tx: Transaction, table: string, key: string, answer: Answer<boolean>): void {
    this.#run(tx, answer, () => remove(this.#access(tx, table), key));
  }

  scan(tx: Transaction, table: string, o: ScanOptions, answer: Answer<readonly Row[]>): void {
    this.#run(tx, answer, () => scan(this.#access(tx, table), o));
  }

  /** Taken at once, in call order, and never rolled back. */
  next(tx: Transaction, sequence: string): bigint {
    this.#look(tx);
    const value = this.#sequences.get(sequence);
    if (value === undefined)
      throw new EddyError('EDDY_NO_SUCH_SEQUENCE', `There is no sequence "${sequence}" in ${this.name}`, { sequence });
    this.#sequences.set(sequence, value + 1n);
    return value + 1n;
  }

  /**
   * Makes the writes visible; what changed, in the order of the statements. One that was aborted has none left.
   * @throws EDDY_SERIALIZATION, having rolled back
   */
  commit(tx: Transaction): readonly Change[] {
    if (!tx.isOpen) return [];
    try {
      if (tx.member) this.#antidependencies.commits(tx.member);
    } catch (error) {
      this.abort(tx, error);
      tx.isOpen = false;
      throw error;
    }
    tx.member = undefined;
    const changes: Change[] = [];
    const commit = ++this.#commits;
    const isSeenBy = [...this.#snapshots].some((other) => other !== tx);
    for (const [name, writes] of tx.writes) {
      const table = this.#table(name);
      for (const write of writes.values()) {
        const change = table.apply(write, commit);
        if (change) changes.push(change);
        if (write.base && isSeenBy) table.past.push(write.base);
      }
    }
    tx.isOpen = false;
    this.#over(tx);
    return changes;
  }

  rollback(tx: Transaction): void {
    if (!tx.isOpen) return;
    tx.isOpen = false;
    this.#over(tx);
  }

  /** Fails the statements of it that wait for other transactions, and aborts it. */
  refuseWaiting(tx: Transaction, error: Error): void {
    this.#waits.refuse(tx, error);
  }

  /** Frees all that it holds; it stays open, refusing everything, until its client ends it. */
  abort(tx: Transaction, error: unknown): void {
    tx.abortedBy ??= error;
    this.#over(tx);
  }

  #over(tx: Transaction): void {
    tx.waitsFor = undefined;
    tx.writes.clear();
    for (const { table, key } of tx.held.splice(0)) table.holders.delete(key);
    if (tx.member) this.#antidependencies.aborts(tx.member);
    tx.member = undefined;
    if (this.#snapshots.delete(tx) && this.#snapshots.size === 0) {
      for (const { past } of this.tables.values()) past.length = 0;
    }
    this.#waits.over(tx);
  }

  #table(name: string): Table {
    const table = this.tables.get(name);
    if (!table)
      throw new EddyError('EDDY_NO_SUCH_TABLE', `There is no table "${name}" in ${this.name}`, { table: name });
    return table;
  }

  #access(tx: Transaction, table: string): Access {
    this.#look(tx);
    return new Access(this.#table(table), tx, this.#antidependencies, this.choose);
  }

  /** A snapshot is taken by the first statement. */
  #look(tx: Transaction): void {
    if (tx.isolation === 'read committed' || tx.snapshot !== undefined) return;
    tx.snapshot = this.#commits;
    this.#snapshots.add(tx);
    if (tx.isolation === 'serializable') tx.member = this.#antidependencies.begin();
  }

  #run<T>(tx: Transaction, answer: Answer<T>, prepare: () => Attempt<T>): void {
    let attempt: Attempt<T> | undefined;
    const fail = (error: unknown): void => {
      this.abort(tx, error);
      answer.fail(error);
    };
    const go = (): void => {
      if (!tx.isOpen || tx.abortedBy !== undefined) return;
      tx.waitsFor = undefined;
      let value: T;
      try {
        attempt ??= prepare();
        const outcome = attempt();
        if ('on' in outcome) {
          const { on, lock } = outcome;
          tx.waitsFor = lock;
          this.#waits.add(tx, on, go, (error = deadlock(lock)) => fail(error));
          return;
        }
        value = outcome.ok;
      } catch (error) {
        fail(error);
        return;
      }
      answer.ok(value);
    };
    go();
  }
}

/** The port has copied it already. */
function taken(row: Row): Row {
  return Object.isFrozen(row) ? row : frozenCopy(row);
}

function deadlock(lock: string): EddyError {
  return new EddyError('EDDY_DEADLOCK', `Deadlock on ${lock}: the transaction was rolled back`, { lock });
}
