/**
 * Tables in a run: transactions as operations, committed changes as entries, rolled-back ones as none. A database that goes
 * away ends every connection: open transactions are rolled back, and whose commit is under way does not hear of it.
 */
import type { Availability, Runtime } from '../component.ts';
import { EddyError } from '../errors.ts';
import { printName } from '../faults/words.ts';
import { frozenCopy, ownCopy } from '../history/freeze.ts';
import { bound, type Moment } from '../kernel/context.ts';
import { hashText } from '../kernel/random.ts';
import { contextOf, momentOf } from '../services/moment.ts';
import { type Answer, operate } from '../services/operation.ts';
import type { Process } from '../services/process.ts';
import type { Simulation } from '../simulation.ts';
import { Database } from './tables/database.ts';
import { tablesReplayed } from './tables/law.ts';
import type { ScanOptions } from './tables/scanning.ts';
import type { Change, TableShape } from './tables/table.ts';
import type { TablesPort, Tx } from './tables.ts';
import { type Isolation, ISOLATIONS, type Transaction } from './tables/transaction.ts';
import type { Row } from './tables/version.ts';

export class TablesRuntime<R> implements Runtime<TablesPort<R>> {
  availability: Availability = 'up';
  readonly database: Database;
  /** Hashes of the names of rows that a heartbeat wrote last: who reads one again has read what was there before. */
  readonly #beats = new Set<number>();
  /** Open transactions and whose they are. */
  readonly #open = new Map<
    Transaction,
    { readonly process: Process; readonly moment: Moment; readonly begunUs: number }
  >();
  /** How often it went away. */
  #losses = 0;

  constructor(
    readonly name: string,
    shapes: Readonly<Record<string, TableShape>>,
    readonly simulation: Simulation,
  ) {
    this.database = new Database(name, shapes);
    for (const [table, { live }] of this.database.tables) {
      for (const [key, { row }] of live) this.#note(name, 'seeded', table, key, row, []);
    }
  }

  port(process: Process): TablesPort<R> {
    process.connections.add(() => {
      for (const [tx, of] of this.#open) if (of.process === process) this.#lose(tx);
    });
    return Object.freeze({
      transaction: <T>(work: (tx: Tx<R>) => Promise<T>, o: { isolation?: string } = {}) =>
        this.#transact(process, work, o.isolation),
    });
  }

  availabilityChanged(): void {
    if (this.availability !== 'refusing') return;
    this.#losses++;
    if (this.#open.size > 0) this.simulation.outageMet(this.name);
    for (const tx of this.#open.keys()) tx.isLost = true;
    for (const tx of this.#open.keys()) this.#lose(tx);
  }

  unfinished(): readonly string[] {
    return [...this.#open]
      .filter(([, { process }]) => process.alive)
      .map(([tx, { process, moment }]) => {
        const waits =
          tx.waitsFor === undefined ? (moment.waitsFor ?? 'something outside its ports') : `a lock on ${tx.waitsFor}`;
        return `a transaction of ${process.label} on ${this.name} (${moment.printed}) is open; it waits for ${waits}`;
      });
  }

  brokenLaw(): string | undefined {
    return tablesReplayed(this.name, this.database, this.simulation.history);
  }

  async #transact<T>(process: Process, work: (tx: Tx<R>) => Promise<T>, isolation = 'read committed'): Promise<T> {
    if (!isIsolation(isolation)) {
      throw new EddyError('EDDY_NOT_MODELLED', `Isolation "${isolation}" is none of ${ISOLATIONS.join(', ')}`, {
        isolation,
      });
    }
    // What a dead process asks for is not even begun.
    if (!process.alive) return new Promise<T>(() => {});
    const moment = momentOf(process);
    const tx = this.database.begin(isolation);
    this.#open.set(tx, { process, moment, begunUs: this.simulation.world.nowUs });
    let result: T;
    try {
      result = await work(this.#statements(process, tx));
    } catch (error) {
      if (tx.isOpen) await this.#end(process, momentOf(process), tx, 'rollback').catch(() => {});
      throw error;
    }
    await this.#end(process, momentOf(process), tx, 'commit');
    return result;
  }

  #end(process: Process, moment: Moment, tx: Transaction, how: 'commit' | 'rollback'): Promise<void> {
    const writes = how === 'commit' && tx.writes.size > 0 && tx.abortedBy === undefined;
    const rows = [...tx.writes].flatMap(([table, own]) => [...own.keys()].map((key) => `${this.name}.${table}/${key}`));
    const losses = this.#losses;
    const unknown = (): Error => this.#lost(how === 'commit' ? 'unknown' : 'rolled back');
    return operate<void>(process, moment, {
      runtime: this as Runtime<unknown>,
      phrase: `${how} on ${printName(this.name)}`,
      class: writes ? 'commit' : 'statement',
      touches: rows.join(' '),
      effect: (answer) => {
        if (!tx.isOpen) answer.fail(this.#lost('rolled back'));
        else
          attempt(answer, () => {
            if (how === 'commit') this.#commit(process, moment, tx);
            else this.#rollback(tx);
            answer.ok();
          });
      },
      abandon: () => this.#lose(tx),
      ...(tx.isolation === 'serializable' && how === 'commit' && { conflict: () => this.#conflict(tx) }),
      refused: () => this.#lost('rolled back'),
      unknown,
      cutOff: () => (losses === this.#losses ? undefined : unknown()),
    });
  }

  #commit(process: Process, moment: Moment, tx: Transaction): void {
    let changes: readonly Change[] = [];
    try {
      changes = this.database.commit(tx);
    } finally {
      this.#over(tx);
      if (tx.abortedBy !== undefined) {
        const about = { component: this.name, channels: [], value: undefined, about: { at: 'commit' } };
        this.simulation.record(process.label, 'rolledBack', about, moment.causes);
      }
    }
    for (const change of changes) this.#noteChange(process, moment, change);
  }

  #noteChange(process: Process, moment: Moment, { table, key, before, after }: Change): void {
    const kind = !before ? 'inserted' : after ? 'updated' : 'deleted';
    const { world } = this.simulation;
    const row = (after ?? before) as Row;
    const named = hashText(`${this.name}.${table}/${key}`);
    if (kind === 'updated' && world.overwrote(named)) this.#beats.add(named);
    else {
      if (kind !== 'updated') world.changed();
      this.#beats.delete(named);
    }
    this.#note(process.label, kind, table, key, row, moment.causes);
  }

  #note(process: string, kind: string, table: string, key: string, row: Row, causes: readonly number[]): void {
    this.simulation.record(
      process,
      kind,
      { component: this.name, channels: [table], value: row, about: { key } },
      causes,
    );
  }

  #rollback(tx: Transaction): void {
    this.database.rollback(tx);
    this.#over(tx);
  }

  /** Its connection is gone: whoever waits on it, and lives, hears of that. */
  #lose(tx: Transaction): void {
    tx.isLost = true;
    if (this.#open.get(tx)?.process.alive) this.database.refuseWaiting(tx, this.#lost('rolled back'));
    this.#rollback(tx);
  }

  /** Its locks are free. */
  #over(tx: Transaction): void {
    const open = this.#open.get(tx);
    if (open) this.simulation.world.over(open.begunUs);
    this.#open.delete(tx);
  }

  #lost(outcome: 'rolled back' | 'unknown'): Error {
    return new EddyError(
      'EDDY_CONNECTION',
      outcome === 'unknown'
        ? `The connection to ${this.name} was lost during the commit: it may have been applied or not`
        : `The connection to ${this.name} was lost: the transaction was rolled back`,
      { outcome },
    );
  }

  #tooLate(): Error {
    return new EddyError(
      'EDDY_CONNECTION',
      `The transaction on ${this.name} had ended before this statement came: nothing was done; await each statement within it`,
      { outcome: 'rolled back' },
    );
  }

  /** As another transaction beside it would have it. */
  #conflict(tx: Transaction): Error {
    const error = new EddyError(
      'EDDY_SERIALIZATION',
      `A transaction beside it on ${this.name} leaves this one no place in a serial order: it was rolled back; run it again`,
      {},
    );
    this.database.abort(tx, error);
    return error;
  }

  #statements(process: Process, tx: Transaction): Tx<R> {
    const { database } = this;
    type Name = keyof R & string;
    const run = <T>(
      phrase: string,
      touches: string,
      effect: (answer: Answer<T>) => void,
      meets: Meets = 'rows',
    ): Promise<T> => this.#statement(process, tx, phrase, touches, effect, meets);
    const row = (table: string, value: unknown): string =>
      `${this.name}.${table}/${String((value as Row)[database.tables.get(table)?.shape.key ?? ''])}`;
    const at = (table: string): string => `${printName(this.name)}.${printName(table)}`;
    const writing = { insert: 'insert into', put: 'put into', insertIfAbsent: 'insert into' } as const;
    const write = <T>(how: keyof typeof writing, table: string, value: unknown): Promise<T> =>
      run<T>(
        `${writing[how]} ${at(table)}`,
        row(table, value),
        (answer) => (database[how] as (...args: unknown[]) => void)(tx, table, value, answer),
        how === 'insert' ? 'rows' : 'locked rows',
      );
    return {
      insert: (table: Name, value: unknown) => write<void>('insert', table, frozenCopy(value)),
      put: (table: Name, value: unknown) => write<void>('put', table, frozenCopy(value)),
      insertIfAbsent: (table: Name, value: unknown) => write<boolean>('insertIfAbsent', table, frozenCopy(value)),
      delete: (table: Name, key: string) =>
        run<boolean>(
          `delete from ${at(table)}`,
          `${this.name}.${table}/${key}`,
          (answer) => database.delete(tx, table, key, answer),
          'locked rows',
        ),
      get: (table: Name, key: string) =>
        run(`get from ${at(table)}`, `${this.name}.${table}/${key}`, (answer) =>
          answer.ok(this.#read(table, database.get(tx, table, key))),
        ),
      scan: (table: Name, o: ScanOptions = {}) => {
        const { world } = this.simulation;
        const { chain } = world;
        const asked = o.where ? { ...o, where: bound(contextOf(process), o.where) } : o;
        const effect = (answer: Answer<readonly Row[]>): void =>
          database.scan(tx, table, asked, {
            ok: (rows) =>
              world.inChain(chain, () => {
                world.read(rows.length);
                answer.ok(rows.map((row) => this.#read(table, row)));
              }),
            fail: (error) => answer.fail(error),
          });
        return run(`scan of ${at(table)}`, `${this.name}.${table}`, effect, o.forUpdate ? 'locked rows' : 'rows');
      },
      next: (sequence: string) =>
        run<bigint>(
          `next of ${printName(sequence)}`,
          `${this.name}.${sequence}`,
          (answer) => answer.ok(database.next(tx, sequence)),
          'none',
        ),
    } as unknown as Tx<R>;
  }

  #read<T extends Row | undefined>(table: string, row: T): T {
    if (!this.simulation.world.chain) return ownCopy(row);
    const key = this.database.tables.get(table)?.shape.key ?? '';
    const named = row && this.#beats.size > 0 ? hashText(`${this.name}.${table}/${String(row[key])}`) : undefined;
    const isBeat = named !== undefined && this.#beats.has(named);
    this.simulation.world.read(isBeat ? named : this.simulation.history.hashes.of(row));
    return ownCopy(row);
  }

  #statement<T>(
    process: Process,
    tx: Transaction,
    phrase: string,
    touches: string,
    effect: (answer: Answer<T>) => void,
    meets: Meets,
  ): Promise<T> {
    const refused = (): Error => {
      const error = new EddyError(
        'EDDY_DEADLOCK',
        `The database gave this statement up as a deadlock's victim: the transaction was rolled back`,
        { phrase },
      );
      if (this.availability !== 'up') return this.#lost('rolled back');
      this.database.abort(tx, error);
      return error;
    };
    const losses = this.#losses;
    return operate<T>(process, momentOf(process), {
      runtime: this as Runtime<unknown>,
      phrase,
      class: 'statement',
      touches,
      effect: (answer) => {
        if (!tx.isOpen) answer.fail(tx.isLost ? this.#lost('rolled back') : this.#tooLate());
        else if (tx.abortedBy !== undefined)
          answer.fail(
            new EddyError(
              'EDDY_TX_ABORTED',
              'A statement before this one failed, so the transaction is aborted: only its end is left',
            ),
          );
        else attempt(answer, () => effect(answer));
      },
      abandon: () => {
        if (this.availability !== 'up') this.#lose(tx);
      },
      ...(mayConflict(tx.isolation, meets) && { conflict: () => this.#conflict(tx) }),
      refused,
      unknown: () => this.#lost('rolled back'),
      cutOff: () => (losses === this.#losses ? undefined : this.#lost('rolled back')),
    });
  }
}

/** What a statement meets of other transactions. */
type Meets = 'none' | 'rows' | 'locked rows';

/** Which statements PostgreSQL may refuse with a serialization failure. */
function mayConflict(isolation: Isolation, meets: Meets): boolean {
  return (
    (isolation === 'serializable' && meets !== 'none') || (isolation === 'repeatable read' && meets === 'locked rows')
  );
}

function isIsolation(word: string): word is Isolation {
  return ISOLATIONS.includes(word);
}

/** What a statement throws (an unknown table) is its answer. */
function attempt<T>(answer: Answer<T>, effect: () => void): void {
  try {
    effect();
  } catch (error) {
    answer.fail(error);
  }
}
