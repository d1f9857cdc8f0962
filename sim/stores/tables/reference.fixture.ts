/**
 * A tiny model of what transactions may read and leave behind, that knows no locks, versions or antidependencies: rows are
 * maps, a snapshot is a copy, and serializable means that some order of the transactions, one by one, gives all answers.
 */
import { expect } from 'vitest';
import type { Isolation } from './transaction.ts';

export interface Item {
  readonly id: string;
  readonly email: string | null;
}

export type Statement =
  | { readonly do: 'insert' | 'insertIfAbsent' | 'put'; readonly row: Item }
  | { readonly do: 'get'; readonly id: string }
  | { readonly do: 'delete'; readonly id: string }
  | { readonly do: 'scan' | 'lock'; readonly email: string | null };

type Rows = ReadonlyMap<string, Item>;

/** A statement with its answer: rows as JSON, `ok`, `true` or `false`. */
interface Done {
  readonly statement: Statement;
  readonly answer: string;
}

interface Own {
  readonly row: Item | undefined;
  /** The committed row that it stands in the place of. */
  readonly over: Item | undefined;
}

export class Reader {
  readonly own = new Map<string, Own>();
  readonly done: Done[] = [];

  constructor(
    readonly isolation: Isolation,
    readonly snapshot: Rows,
  ) {}
}

export class Reference {
  committed: Rows;
  /** Committed transactions, in order. */
  readonly finished: (readonly Done[])[] = [];
  readonly #seeded: Rows;

  constructor(seeded: readonly Item[]) {
    this.committed = new Map(seeded.map((row) => [row.id, row]));
    this.#seeded = this.committed;
  }

  /** A transaction that runs its first statement. */
  begin(isolation: Isolation): Reader {
    return new Reader(isolation, this.committed);
  }

  /** What a plain read must answer. */
  reads(by: Reader, statement: Statement): string | undefined {
    if (statement.do !== 'get' && statement.do !== 'scan') return undefined;
    const base = by.isolation === 'read committed' ? this.committed : by.snapshot;
    const shown = [...base.values()].filter((row) => by.own.get(row.id)?.over !== row);
    const own = [...by.own.values()].flatMap(({ row }) => row ?? []);
    if (statement.do === 'get') return shownRow([...own, ...shown].find(({ id }) => id === statement.id));
    const { email: wanted } = statement;
    return shownRows([...own, ...shown].filter(({ email }) => email === wanted));
  }

  answered(by: Reader, statement: Statement, answer: string): void {
    by.done.push({ statement, answer });
    const write = written(statement, answer);
    if (!write) return;
    const over = by.own.has(write.id) ? by.own.get(write.id)?.over : this.committed.get(write.id);
    by.own.set(write.id, { row: write.row, over });
  }

  commit(by: Reader): void {
    const rows = new Map(this.committed);
    for (const [id, { row, over }] of by.own) {
      // Nobody else has written the row meanwhile; and who reads from a snapshot has seen the row that it replaces.
      expect(this.committed.get(id)).toBe(over);
      if (by.isolation !== 'read committed' && over) expect(by.snapshot.get(id)).toBe(over);
      if (row) rows.set(id, row);
      else rows.delete(id);
    }
    this.committed = rows;
    const emails = [...rows.values()].flatMap(({ email }) => email ?? []);
    expect(new Set(emails).size).toBe(emails.length);
    if (by.done.length > 0) this.finished.push(by.done);
  }

  /** Whether the committed transactions, one by one in some order, answer all that was answered and leave what is there. */
  isSerial(rows: Rows = this.#seeded, left: readonly (readonly Done[])[] = this.finished): boolean {
    if (left.length === 0) return shownRows([...rows.values()]) === shownRows([...this.committed.values()]);
    return left.some((each) => {
      const after = alone(rows, each);
      return (
        after !== undefined &&
        this.isSerial(
          after,
          left.filter((other) => other !== each),
        )
      );
    });
  }
}

/** The rows after a transaction that runs alone; nothing if an answer would differ. */
function alone(before: Rows, done: readonly Done[]): Rows | undefined {
  const rows = new Map(before);
  for (const { statement, answer } of done) {
    if (answerOf(rows, statement) !== answer) return undefined;
    const write = written(statement, answer);
    if (write?.row) rows.set(write.id, write.row);
    else if (write) rows.delete(write.id);
  }
  return rows;
}

function answerOf(rows: Rows, statement: Statement): string {
  const taken = ({ id, email }: Item): boolean =>
    email !== null && [...rows.values()].some((row) => row.email === email && row.id !== id);
  switch (statement.do) {
    case 'insert':
      return rows.has(statement.row.id) || taken(statement.row) ? 'clash' : 'ok';
    case 'put':
      return taken(statement.row) ? 'clash' : 'ok';
    case 'insertIfAbsent':
      return `${!rows.has(statement.row.id) && !taken(statement.row)}`;
    case 'delete':
      return `${rows.has(statement.id)}`;
    case 'get':
      return shownRow(rows.get(statement.id));
    default:
      return shownRows([...rows.values()].filter(({ email }) => email === statement.email));
  }
}

function written(statement: Statement, answer: string): { id: string; row: Item | undefined } | undefined {
  if (answer === 'false') return undefined;
  if ('row' in statement) return { id: statement.row.id, row: statement.row };
  return statement.do === 'delete' ? { id: statement.id, row: undefined } : undefined;
}

export function shownRow(row: unknown): string {
  return JSON.stringify(row ?? null);
}

export function shownRows(rows: readonly unknown[]): string {
  return JSON.stringify(rows.map(shownRow).toSorted((a, b) => (a < b ? -1 : 1)));
}
