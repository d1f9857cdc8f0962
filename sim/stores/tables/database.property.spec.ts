import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change } from './table.ts';
import { Client, database, rowsOf, type Tried } from './table.fixture.ts';
import type { Row } from './version.ts';

const CLIENTS = 3;
const key = fc.constantFrom('a', 'b', 'c', 'd');
const email = fc.constantFrom('x', 'y', undefined);
const statement = fc.oneof(
  fc.record({ do: fc.constantFrom('insert' as const, 'put' as const, 'insertIfAbsent' as const), key, email }),
  fc.record({ do: fc.constant('delete' as const), key }),
  fc.record({ do: fc.constant('lock' as const), key }),
  fc.record({ do: fc.constantFrom('commit' as const, 'rollback' as const) }),
);
const step = fc.record({ client: fc.nat(CLIENTS - 1), statement });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Statement = Step['statement'];
type Write = {
  readonly do: Exclude<Statement['do'], 'commit' | 'rollback'>;
  readonly row: Row;
  readonly tried: Tried<unknown>;
};

interface Running {
  readonly client: Client;
  running: Tried<unknown> | undefined;
  readonly done: Write[];
}

/** Clients that run statements one after the other, each waiting for its answer, and the commits in their order. */
class Stage {
  readonly db = database({ unique: ['email'] });
  readonly #clients: Running[] = [];
  readonly commits: { readonly writes: readonly Write[]; readonly changes: readonly Change[] }[] = [];
  #n = 0;

  constructor() {
    for (let n = 0; n < CLIENTS; n++) this.#clients.push({ client: new Client(this.db), running: undefined, done: [] });
  }

  play({ client: at, statement }: Step): void {
    const one = this.#clients[at] as Running;
    // A client that waits says nothing more, except that it may give up.
    if (one.running?.state === 'waits' && statement.do !== 'rollback') return;
    if (!('key' in statement)) {
      const { tx } = one.client;
      const aborted = tx.abortedBy !== undefined;
      if (statement.do === 'rollback') this.db.rollback(tx);
      else this.commits.push({ writes: aborted ? [] : one.done, changes: this.db.commit(tx) });
      this.#clients[at] = { client: new Client(this.db), running: undefined, done: [] };
      return;
    }
    if (one.client.tx.abortedBy !== undefined) return;
    const { do: how, key: id } = statement;
    const row = { id, email: 'email' in statement ? statement.email : undefined, n: this.#n++ };
    one.running = this.#run(one.client, how, row);
    one.done.push({ do: how, row, tried: one.running });
  }

  #run(client: Client, how: Write['do'], row: Row): Tried<unknown> {
    const key = String(row['id']);
    if (how === 'delete') return client.delete(key);
    if (how === 'lock') return client.scan({ where: ({ id }) => id === key, forUpdate: 'wait' });
    return client[how](row);
  }

  /** Ends everybody, committing, so that nobody can wait for ever. */
  end(): void {
    for (let round = 0; round < CLIENTS; round++) {
      for (let client = 0; client < CLIENTS; client++) this.play({ client, statement: { do: 'commit' } });
    }
    expect(this.#clients.every(({ running }) => running === undefined)).toBe(true);
  }
}

/** Rows after the transactions that committed, one after the other; every statement must go as it did. */
function serially(commits: Stage['commits']): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const { writes } of commits) {
    for (const { do: how, row, tried } of writes) {
      const id = String(row['id']);
      const clashes = [...rows.values()].some(
        (other) => other['id'] !== id && row['email'] !== undefined && other['email'] === row['email'],
      );
      // A delete that did not see the row is one of nothing: read committed does not wait for what it cannot see.
      if (how === 'delete' && tried.value === true) rows.delete(id);
      else if (how === 'put') {
        expect(clashes).toBe(false);
        rows.set(id, row);
      } else if (how === 'insert') {
        expect(clashes || rows.has(id)).toBe(false);
        rows.set(id, row);
      } else if (how === 'insertIfAbsent' && !clashes && !rows.has(id)) rows.set(id, row);
    }
  }
  return rows;
}

/** Rows after applying what each commit says that it changed. */
function replayed(commits: Stage['commits']): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const { changes } of commits) {
    for (const { key, before, after } of changes) {
      expect(rows.get(key)).toEqual(before);
      if (after) rows.set(key, after);
      else rows.delete(key);
    }
  }
  return rows;
}

const inOrder = (rows: Map<string, Row>): readonly Row[] =>
  [...rows.values()].toSorted((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1));

test('however transactions interleave, the rows are those of their commits, and unique values stay unique', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const stage = new Stage();
      for (const each of steps) {
        stage.play(each);
        const emails = rowsOf(stage.db).flatMap(({ email }) => (email === undefined ? [] : [email]));
        expect(new Set(emails).size).toBe(emails.length);
      }
      stage.end();
      expect(rowsOf(stage.db)).toEqual(inOrder(replayed(stage.commits)));
    }),
    { numRuns: 1500, seed: 3 },
  );
});

test('keyed writes give what the committed transactions give one after the other', () => {
  const plain = step.filter(({ statement }) => statement.do !== 'insertIfAbsent');
  fc.assert(
    fc.property(fc.array(plain, { maxLength: 60 }), (steps) => {
      const stage = new Stage();
      for (const each of steps) stage.play(each);
      stage.end();
      expect(rowsOf(stage.db)).toEqual(inOrder(serially(stage.commits)));
    }),
    { numRuns: 1500, seed: 4 },
  );
});
