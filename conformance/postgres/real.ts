/** A sequence, played on PostgreSQL by one connection a client and one that watches who waits. */
import { Client, type QueryResult } from 'pg';
import { CLIENTS, SEEDED, type Item, type Sequence, type Statement } from './sequence.ts';
import { type Played, shown, type Trace } from './trace.ts';

/** Longer than `deadlock_timeout`: who waits for so long has looked for a circle, and will not again. */
const WAITS_MS = 30;
const CODES: Readonly<Record<string, string>> = {
  23502: 'EDDY_NOT_NULL_VIOLATION',
  23505: 'EDDY_UNIQUE_VIOLATION',
  40001: 'EDDY_SERIALIZATION',
  '40P01': 'EDDY_DEADLOCK',
  '25P02': 'EDDY_TX_ABORTED',
};

export class Stage {
  readonly #clients: Client[] = [];
  readonly #pids: number[] = [];
  readonly #watch: Client;
  /** Who has not been answered. */
  readonly #waiting = new Set<number>();
  #answers: Record<number, string> = {};
  #inTransaction = new Set<number>();

  /** @param schema several stages may play on one server, each in a schema of its own */
  constructor(
    readonly port: number,
    readonly schema: string,
    readonly version: string,
  ) {
    this.#watch = this.#client();
    for (let n = 0; n < CLIENTS; n++) this.#clients.push(this.#client());
  }

  #client(): Client {
    return new Client({ host: '127.0.0.1', port: this.port, user: 'eddy', database: 'postgres' });
  }

  async open(): Promise<void> {
    for (const client of [this.#watch, ...this.#clients]) {
      await client.connect();
      await client.query(`set search_path = ${this.schema}; set enable_bitmapscan = off`);
    }
    await this.#watch.query(
      `create schema ${this.schema}; create table t (id text primary key, email text unique, n int not null); create sequence s`,
    );
    for (const client of this.#clients) {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      this.#pids.push(rows[0]?.pid ?? 0);
    }
  }

  async close(): Promise<void> {
    for (const client of [this.#watch, ...this.#clients]) await client.end();
  }

  async play({ seed, levels, steps }: Sequence): Promise<Trace> {
    await this.#cleared();
    const seeded = SEEDED.map(insertion).join('; ');
    await this.#watch.query(`truncate t; alter sequence s restart; ${seeded}`);
    const played: Played[] = [];
    for (const step of steps) {
      const { client, statement } = step;
      if (this.#waiting.has(client)) continue;
      const isEnd = statement.do === 'commit' || statement.do === 'rollback';
      if (!this.#inTransaction.has(client)) {
        if (isEnd) continue;
        await this.#clients[client]?.query(`begin isolation level ${levels[client]}`);
        this.#inTransaction.add(client);
      }
      if (isEnd) this.#inTransaction.delete(client);
      this.#answers = {};
      this.#say(client, statement);
      await this.#settled();
      played.push({ ...step, answers: this.#answers });
    }
    const { rows } = await this.#watch.query<Item>('select id, email, n from t');
    return { seed, version: this.version, levels, steps: played, rows: shown(rows) };
  }

  #say(client: number, statement: Statement): void {
    this.#waiting.add(client);
    void this.#clients[client]?.query<Item>(sqlOf(statement)).then(
      (result) => this.#answered(client, answerOf(statement, result)),
      (error: { code: string }) => this.#answered(client, CODES[error.code] ?? error.code),
    );
  }

  #answered(client: number, answer: string): void {
    this.#waiting.delete(client);
    this.#answers[client] = answer;
  }

  /** Until all are answered, or wait for locks and in no circle, and have looked for one. */
  async #settled(): Promise<void> {
    for (;;) {
      const pids = [...this.#waiting].map((client) => this.#pids[client]);
      if (pids.length === 0) return;
      const { rows } = await this.#watch.query<{ pid: number; on: number[] }>(
        `select distinct pid, pg_blocking_pids(pid) as on from pg_locks
         where not granted and pid = any($1) and clock_timestamp() - waitstart > $2::interval`,
        [pids, `${WAITS_MS} ms`],
      );
      // Somebody who was answered meanwhile may have freed others.
      if (this.#waiting.size < pids.length || rows.length < pids.length) continue;
      if (!isCircle(new Map(rows.map(({ pid, on }) => [pid, on])))) return;
    }
  }

  /** What a sequence that went wrong has left open. */
  async #cleared(): Promise<void> {
    for (const client of this.#inTransaction) await this.#clients[client]?.query('rollback');
    this.#inTransaction.clear();
  }
}

/** Whether somebody waits, over any number of others, for himself. */
function isCircle(waits: ReadonlyMap<number, readonly number[]>): boolean {
  const reaches = (from: number, to: number, left: number): boolean =>
    (waits.get(from) ?? []).some((on) => on === to || (left > 0 && reaches(on, to, left - 1)));
  return [...waits.keys()].some((pid) => reaches(pid, pid, CLIENTS));
}

const literal = (text: string | null): string => (text === null ? 'null' : `'${text}'`);
const insertion = ({ id, email, n }: Item): string => `insert into t values (${literal(id)}, ${literal(email)}, ${n})`;

function sqlOf(statement: Statement): string {
  switch (statement.do) {
    case 'insert':
      return insertion(statement.row);
    case 'insertIfAbsent':
      return `${insertion(statement.row)} on conflict do nothing`;
    case 'put':
      return `${insertion(statement.row)} on conflict (id) do update set email = excluded.email, n = excluded.n`;
    case 'get':
      return `select id, email, n from t where id = ${literal(statement.id)}`;
    case 'delete':
      return `delete from t where id = ${literal(statement.id)}`;
    case 'scan': {
      const { least, limit, lock } = statement;
      // An order that no index has: the whole table is read, as the model says of a scan.
      const order = `order by id || ''${limit === undefined ? '' : ` limit ${limit}`}`;
      const locking = lock === undefined ? '' : ` for update${lock === 'wait' ? '' : ' skip locked'}`;
      return `select id, email, n from t where n >= ${least} ${order}${locking}`;
    }
    case 'next':
      return `select nextval('s')::int as next`;
    case 'commit':
    case 'rollback':
      return statement.do;
  }
}

function answerOf(statement: Statement, { rows, rowCount, command }: QueryResult<Item>): string {
  switch (statement.do) {
    case 'insert':
    case 'put':
      return 'ok';
    case 'insertIfAbsent':
    case 'delete':
      return shown(rowCount === 1);
    case 'get':
      return shown(rows[0] ?? null);
    case 'scan':
      return shown(rows);
    case 'next':
      return shown((rows[0] as unknown as { next: number }).next);
    case 'commit':
    case 'rollback':
      return shown(command === 'COMMIT' ? 'committed' : 'rolled back');
  }
}
