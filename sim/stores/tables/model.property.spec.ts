import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Item, type Reader, Reference, shownRow, shownRows, type Statement } from './reference.fixture.ts';
import { Client, database, rowsOf, Tried } from './table.fixture.ts';
import type { Isolation } from './transaction.ts';

const CLIENTS = 3;
const SEEDED: readonly Item[] = [
  { id: 'a', email: 'x' },
  { id: 'b', email: null },
];

/** One client: a transaction on the store, and the same in the reference. */
interface Session {
  client: Client;
  reader: Reader | undefined;
  /** The statement that has no answer yet. */
  waiting: { readonly statement: Statement; readonly tried: Tried<unknown> } | undefined;
}

class Store {
  readonly db = database({ unique: ['email'], rows: SEEDED });
  readonly sessions: Session[];

  constructor(readonly levels: readonly Isolation[]) {
    this.sessions = levels.map((level) => ({
      client: new Client(this.db, level),
      reader: undefined,
      waiting: undefined,
    }));
  }

  renew(of: number): void {
    this.sessions[of] = { client: new Client(this.db, this.levels[of]), reader: undefined, waiting: undefined };
  }
}

const isWaiting = (store: Store, of: number): boolean => store.sessions[of]?.waiting !== undefined;

/** Tells the reference what has been answered by now. */
function hear(reference: Reference, store: Store): void {
  for (const session of store.sessions) {
    const { waiting, reader } = session;
    if (!waiting || !reader || waiting.tried.state === 'waits') continue;
    session.waiting = undefined;
    const { statement, tried } = waiting;
    if (tried.state === 'ok') reference.answered(reader, statement, shown(statement, tried.value));
  }
}

function shown({ do: what }: Statement, value: unknown): string {
  if (what === 'scan' || what === 'lock') return shownRows(value as readonly unknown[]);
  if (what === 'get') return shownRow(value);
  return value === undefined ? 'ok' : String(value);
}

function say(client: Client, statement: Statement): Tried<unknown> {
  switch (statement.do) {
    case 'insert':
    case 'insertIfAbsent':
    case 'put':
      return client[statement.do]({ ...statement.row });
    case 'delete':
      return client.delete(statement.id);
    case 'get': {
      const tried = new Tried<unknown>();
      try {
        tried.ok(client.get(statement.id));
      } catch (error) {
        tried.fail(error);
      }
      return tried;
    }
    default: {
      const where = ({ email }: Readonly<Record<string, unknown>>): boolean => email === statement.email;
      return client.scan({ where, ...(statement.do === 'lock' && { forUpdate: 'wait' as const }) });
    }
  }
}

class Says implements fc.Command<Reference, Store> {
  constructor(
    readonly of: number,
    readonly statement: Statement,
  ) {}

  /** Its client waits for nothing; nobody outside the store can know that. */
  check(): boolean {
    return true;
  }

  run(reference: Reference, store: Store): void {
    const session = store.sessions[this.of];
    if (!session || isWaiting(store, this.of) || session.client.tx.abortedBy !== undefined) return;
    session.reader ??= reference.begin(session.client.tx.isolation);
    const expected = reference.reads(session.reader, this.statement);
    const tried = say(session.client, this.statement);
    if (expected !== undefined && tried.state === 'ok') expect(shown(this.statement, tried.value)).toBe(expected);
    session.waiting = { statement: this.statement, tried };
    hear(reference, store);
  }

  toString(): string {
    return `${this.of}: ${JSON.stringify(this.statement)}`;
  }
}

class Ends implements fc.Command<Reference, Store> {
  constructor(
    readonly of: number,
    readonly how: 'commit' | 'rollback',
  ) {}

  check(): boolean {
    return true;
  }

  run(reference: Reference, store: Store): void {
    const session = store.sessions[this.of];
    if (!session || (isWaiting(store, this.of) && this.how === 'commit')) return;
    const { client, reader } = session;
    if (this.how === 'rollback') client.rollback();
    else if (commits(client) && reader) reference.commit(reader);
    store.renew(this.of);
    hear(reference, store);
    expect(rowsOf(store.db)).toEqual([...reference.committed.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)));
  }

  toString(): string {
    return `${this.of}: ${this.how}`;
  }
}

/** Whether the commit has made the writes visible: not if the transaction was aborted, or is refused now. */
function commits(client: Client): boolean {
  try {
    client.commit();
  } catch (error) {
    expect(error).toMatchObject({ code: 'EDDY_SERIALIZATION' });
  }
  return client.tx.abortedBy === undefined;
}

const of = fc.nat(CLIENTS - 1);
const id = fc.constantFrom('a', 'b', 'c');
const email = fc.constantFrom('x', 'y', null);
const row = fc.record({ id, email });
const statement: fc.Arbitrary<Statement> = fc.oneof(
  fc.record({ do: fc.constantFrom('insert' as const, 'insertIfAbsent' as const, 'put' as const), row }),
  fc.record({ do: fc.constant('get' as const), id }),
  fc.record({ do: fc.constant('delete' as const), id }),
  fc.record({ do: fc.constantFrom('scan' as const, 'lock' as const), email }),
);
const commands = fc.commands(
  [
    fc.tuple(of, statement).map(([client, what]) => new Says(client, what)),
    fc.tuple(of, statement).map(([client, what]) => new Says(client, what)),
    fc
      .tuple(of, fc.constantFrom('commit' as const, 'commit' as const, 'rollback' as const))
      .map(([client, how]) => new Ends(client, how)),
  ],
  { size: '+1', maxCommands: 40 },
);

/** Plays all, then commits everybody. */
function play(levels: readonly Isolation[], given: Iterable<fc.Command<Reference, Store>>): Reference {
  const reference = new Reference(SEEDED);
  const store = new Store(levels);
  fc.modelRun(() => ({ model: reference, real: store }), given);
  for (let n = 0; n < CLIENTS * CLIENTS; n++) new Ends(n % CLIENTS, 'commit').run(reference, store);
  return reference;
}

const all = (level: Isolation): readonly Isolation[] => Array.from({ length: CLIENTS }, () => level);
const levels = fc.constantFrom<Isolation>('read committed', 'repeatable read', 'serializable');
const RUNS = 1500;

describe('against a reference that knows no locks', () => {
  test('every read is what its level says, no update is lost, unique values stay unique', () => {
    fc.assert(
      fc.property(fc.array(levels, { minLength: CLIENTS, maxLength: CLIENTS }), commands, (each, given) => {
        play(each, given);
      }),
      { numRuns: RUNS, seed: 5 },
    );
  });

  test('serializable: some order of the committed transactions, one by one, gives all their answers', () => {
    fc.assert(
      fc.property(commands, (given) => {
        expect(play(all('serializable'), given).isSerial()).toBe(true);
      }),
      { numRuns: RUNS, seed: 6 },
    );
  });

  test.each(['read committed', 'repeatable read'] as const)('%s: not always', (level) => {
    const found = fc.check(
      fc.property(commands, (given) => play(all(level), given).isSerial()),
      { numRuns: RUNS, seed: 7, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  });
});
