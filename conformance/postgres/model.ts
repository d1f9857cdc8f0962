/** A trace, played on the simulator: does the model allow what the server did? */
import { Database } from '../../sim/stores/tables/database.ts';
import type { Transaction } from '../../sim/stores/tables/transaction.ts';
import type { Row } from '../../sim/stores/tables/version.ts';
import { SEEDED, type Statement } from './sequence.ts';
import { type Answers, sameAnswers, shown, type Trace } from './trace.ts';

export interface Misfit {
  /** The first step that no choice of the model explains, counted from 0; behind the last: the rows in the end. */
  readonly step: number;
  readonly expected: string;
}

interface Answer {
  ok(value: unknown): void;
  fail(error: unknown): void;
}

/** One way through a trace: where the server may do one thing or another, as it was chosen. */
class Play {
  readonly options: number[] = [];
  readonly #db: Database;
  readonly #open = new Map<number, Transaction>();
  #answers: Record<number, string> = {};

  constructor(
    readonly trace: Trace,
    readonly chosen: readonly number[],
  ) {
    const shape = { key: 'id', unique: ['email'], sequences: ['s'], rows: SEEDED };
    this.#db = new Database('db', { t: shape }, (options) => {
      this.options.push(options);
      return chosen[this.options.length - 1] ?? 0;
    });
  }

  misfit(): Misfit | undefined {
    for (const [step, { client, statement, answers }] of this.trace.steps.entries()) {
      const said = this.#step(client, statement);
      if (!sameAnswers(said, answers)) return { step, expected: JSON.stringify(said) };
    }
    const rows = shown([...(this.#db.tables.get('t')?.live.values() ?? [])].map(({ row }) => row));
    return rows === this.trace.rows ? undefined : { step: this.trace.steps.length, expected: rows };
  }

  #step(client: number, statement: Statement): Answers {
    this.#answers = {};
    let tx = this.#open.get(client);
    if (!tx) {
      tx = this.#db.begin(this.trace.levels[client]);
      this.#open.set(client, tx);
    }
    this.#do(client, tx, statement);
    return this.#answers;
  }

  #do(client: number, tx: Transaction, statement: Statement): void {
    const answer: Answer = {
      ok: (value) => (this.#answers[client] = value === undefined ? 'ok' : shown(value)),
      fail: (error) => (this.#answers[client] = (error as { code: string }).code),
    };
    if (statement.do === 'commit' || statement.do === 'rollback') this.#end(client, tx, statement.do, answer);
    else if (tx.abortedBy === undefined) run(this.#db, tx, statement, answer);
    else answer.fail({ code: 'EDDY_TX_ABORTED' });
  }

  #end(client: number, tx: Transaction, how: 'commit' | 'rollback', answer: Answer): void {
    this.#open.delete(client);
    const isRolledBack = how === 'rollback' || tx.abortedBy !== undefined;
    if (how === 'rollback') this.#db.rollback(tx);
    else if (!attempt(() => this.#db.commit(tx), answer)) return;
    answer.ok(isRolledBack ? 'rolled back' : 'committed');
  }
}

function run(db: Database, tx: Transaction, statement: Statement, answer: Answer): void {
  switch (statement.do) {
    case 'insert':
    case 'insertIfAbsent':
    case 'put':
      return db[statement.do](tx, 't', { ...statement.row }, answer);
    case 'delete':
      return db.delete(tx, 't', statement.id, answer);
    case 'get':
      attempt(() => answer.ok(db.get(tx, 't', statement.id) ?? null), answer);
      return;
    case 'scan': {
      const { least, limit, lock } = statement;
      const where = (row: Row): boolean => Number(row['n']) >= least;
      return db.scan(tx, 't', { where, orderBy: 'id', limit, forUpdate: lock }, answer);
    }
    case 'next':
      answer.ok(Number(db.next(tx, 's')));
      return;
    default:
  }
}

function attempt(work: () => unknown, answer: Answer): boolean {
  try {
    work();
    return true;
  } catch (error) {
    answer.fail(error);
    return false;
  }
}

const PLAYS_MAX = 3000;

/** Tries the model's choices, in order, until one play does all that the server did. */
export function misfitOf(trace: Trace): Misfit | undefined {
  let chosen: number[] = [];
  let furthest: Misfit | undefined;
  for (let plays = 0; plays < PLAYS_MAX; plays++) {
    const play = new Play(trace, chosen);
    const misfit = play.misfit();
    if (!misfit) return undefined;
    if (!furthest || misfit.step > furthest.step) furthest = misfit;
    // The last choice that has another way left takes it.
    const made = play.options.map((_, n) => chosen[n] ?? 0);
    while (made.length > 0 && (made.at(-1) as number) + 1 >= (play.options[made.length - 1] as number)) made.pop();
    if (made.length === 0) return furthest;
    made[made.length - 1] = (made.at(-1) as number) + 1;
    chosen = made;
  }
  return furthest;
}
