import { describe, expect, test } from 'vitest';
import { Client, database, rowsOf } from './table.fixture.ts';
import type { Database } from './database.ts';
import type { Isolation } from './transaction.ts';

const SNAPSHOTS = ['repeatable read', 'serializable'] as const;
const LEVELS = ['read committed', ...SNAPSHOTS] as const;
const one = { rows: [{ id: 'k', n: 1 }] };

/** A transaction that has looked, so that it has its snapshot. */
function looking(db: Database, isolation: Isolation): Client {
  const client = new Client(db, isolation);
  client.get('nobody');
  return client;
}

function commits(db: Database, work: (client: Client) => void): void {
  const client = new Client(db);
  work(client);
  client.commit();
}

describe.each(SNAPSHOTS)('%s: what is seen', (isolation) => {
  test('fact 47: all statements see what was committed before the first one', () => {
    const db = database({ rows: [{ id: 'k', n: 1 }, { id: 'gone' }] });
    const a = looking(db, isolation);
    commits(db, (client) => {
      client.put({ id: 'k', n: 2 });
      client.insert({ id: 'new' });
      client.delete('gone');
    });
    expect(a.scan({ orderBy: 'id' }).value).toEqual([{ id: 'gone' }, { id: 'k', n: 1 }]);
    expect([a.get('k'), a.get('new'), a.get('gone')]).toEqual([{ id: 'k', n: 1 }, undefined, { id: 'gone' }]);
    a.commit();
    expect(new Client(db).scan().value).toHaveLength(2);
  });

  test('fact 47: the snapshot is taken by the first statement, not by the beginning', () => {
    const db = database(one);
    const a = new Client(db, isolation);
    commits(db, (client) => client.put({ id: 'k', n: 2 }));
    expect(a.get('k')).toEqual({ id: 'k', n: 2 });
  });

  test('fact 45: a sequence is nobody’s snapshot, and taking its next value takes one', () => {
    const db = database({ sequences: ['ids'], ...one });
    const a = new Client(db, isolation);
    expect([a.next('ids'), new Client(db).next('ids')]).toEqual([1n, 2n]);
    commits(db, (client) => client.put({ id: 'k', n: 2 }));
    expect([a.next('ids'), a.get('k')]).toEqual([3n, { id: 'k', n: 1 }]);
  });

  test('it sees its own writes', () => {
    const db = database(one);
    const a = looking(db, isolation);
    a.put({ id: 'k', n: 2 });
    a.insert({ id: 'new' });
    expect(a.scan({ orderBy: 'id' }).value).toEqual([{ id: 'k', n: 2 }, { id: 'new' }]);
  });
});

describe.each(SNAPSHOTS)('%s: rows that changed since the snapshot', (isolation) => {
  test.each(['put', 'delete', 'scan'] as const)('fact 47: %s raises, and the transaction is aborted', (how) => {
    const db = database(one);
    const a = looking(db, isolation);
    commits(db, (client) => client.put({ id: 'k', n: 2 }));
    const tried =
      how === 'put' ? a.put({ id: 'k', n: 3 }) : how === 'delete' ? a.delete('k') : a.scan({ forUpdate: 'wait' });
    expect(tried.state).toBe('EDDY_SERIALIZATION');
    expect(tried.error).toMatchObject({ data: { table: 't', key: 'k' } });
    expect(a.tx.abortedBy).toBe(tried.error);
    a.commit();
    expect(rowsOf(db)).toEqual([{ id: 'k', n: 2 }]);
  });

  test.each([
    ['commit', 'EDDY_SERIALIZATION'],
    ['rollback', 'ok'],
  ] as const)('fact 47: a write waits for the lock first: after a %s of the other it is %s', (end, state) => {
    for (const how of ['put', 'delete', 'scan'] as const) {
      const db = database(one);
      const [a, b] = [looking(db, isolation), new Client(db)];
      b.put({ id: 'k', n: 2 });
      const tried =
        how === 'put' ? a.put({ id: 'k', n: 3 }) : how === 'delete' ? a.delete('k') : a.scan({ forUpdate: 'wait' });
      expect(tried.state).toBe('waits');
      b[end]();
      expect(tried.state).toBe(state);
    }
  });

  test('fact 47: a lock that only locked changes nothing', () => {
    const db = database(one);
    const [a, b] = [looking(db, isolation), new Client(db)];
    b.scan({ forUpdate: 'wait' });
    const tried = a.put({ id: 'k', n: 3 });
    expect(tried.state).toBe('waits');
    b.commit();
    expect(tried.state).toBe('ok');
  });

  test('a delete does not see, and does not wait for, what has come since', () => {
    const db = database();
    const [a, b] = [looking(db, isolation), new Client(db)];
    b.insert({ id: 'k' });
    expect(a.delete('k').value).toBe(false);
    b.commit();
    expect(a.delete('k').value).toBe(false);
  });

  test('fact 46: insertIfAbsent raises when the row is invisible to the snapshot', () => {
    const db = database();
    const [a, b] = [looking(db, isolation), new Client(db)];
    b.insert({ id: 'k' });
    const tried = a.insertIfAbsent({ id: 'k' });
    expect(tried.state).toBe('waits');
    b.commit();
    expect(tried.state).toBe('EDDY_SERIALIZATION');
  });

  test('fact 46: insertIfAbsent answers false when the row is visible', () => {
    const a = looking(database(one), isolation);
    expect(a.insertIfAbsent({ id: 'k' })).toMatchObject({ state: 'ok', value: false });
  });

  test('fact 46: insert raises a unique violation even when the row is invisible', () => {
    const db = database();
    const [a, b] = [looking(db, isolation), new Client(db)];
    b.insert({ id: 'k' });
    const tried = a.insert({ id: 'k' });
    expect(tried.state).toBe('waits');
    b.commit();
    expect(tried.state).toBe('EDDY_UNIQUE_VIOLATION');
  });
});

test.each([
  ['the key', { id: 'k' }],
  ['the value', { id: 'other', email: 'x' }],
])('fact 46: repeatable read: %s that was given up since the snapshot may be taken', (_, row) => {
  const db = database({ unique: ['email'], rows: [{ id: 'k', email: 'x' }] });
  const a = looking(db, 'repeatable read');
  commits(db, (client) => client.delete('k'));
  expect(a.insert(row).state).toBe('ok');
  a.commit();
  expect(rowsOf(db)).toEqual([row]);
});

describe.each(LEVELS)('%s: facts that hold at each level', (isolation) => {
  test('fact 49: after a failed statement the commit succeeds and stores nothing', () => {
    const db = database(one);
    const a = new Client(db, isolation);
    a.insert({ id: 'new' });
    expect(a.insert({ id: 'k' }).state).toBe('EDDY_UNIQUE_VIOLATION');
    a.commit();
    expect(rowsOf(db)).toEqual([{ id: 'k', n: 1 }]);
  });

  test('fact 50: skip locked gives disjoint batches', () => {
    const db = database({ rows: ['1', '2', '3'].map((id) => ({ id })) });
    const [a, b] = [new Client(db, isolation), new Client(db, isolation)];
    const batch = { forUpdate: 'skip locked', orderBy: 'id', limit: 2 } as const;
    expect([a.scan(batch).value, b.scan(batch).value]).toEqual([[{ id: '1' }, { id: '2' }], [{ id: '3' }]]);
  });

  test('who closes a circle is the victim', () => {
    const db = database({ rows: [{ id: '1' }, { id: '2' }] });
    const [a, b] = [new Client(db, isolation), new Client(db, isolation)];
    a.put({ id: '1' });
    b.put({ id: '2' });
    const waiting = a.put({ id: '2' });
    expect([b.put({ id: '1' }).state, waiting.state]).toEqual(['EDDY_DEADLOCK', 'ok']);
  });
});

describe('read committed: rows that changed while it waited', () => {
  test('fact 47: a row that matches no more makes room for the next one, up to the limit', () => {
    const db = database({
      rows: [
        { id: '1', n: 1 },
        { id: '2', n: 1 },
        { id: '3', n: 1 },
      ],
    });
    const [a, b] = [new Client(db), new Client(db)];
    a.put({ id: '1', n: 2 });
    const tried = b.scan({ where: ({ n }) => n === 1, orderBy: 'id', limit: 2, forUpdate: 'wait' });
    a.commit();
    expect(tried.value).toEqual([
      { id: '2', n: 1 },
      { id: '3', n: 1 },
    ]);
  });

  test('a row that was deleted and inserted again is another row', () => {
    const db = database(one);
    const [a, b] = [new Client(db), new Client(db)];
    a.delete('k');
    a.insert({ id: 'k', n: 2 });
    const tried = b.delete('k');
    expect(tried.state).toBe('waits');
    a.commit();
    expect(tried.value).toBe(false);
  });

  test('fact 46: who only locked a row does not keep inserts waiting', () => {
    const db = database(one);
    const [a, b, c] = [new Client(db), new Client(db), new Client(db)];
    a.scan({ forUpdate: 'wait' });
    expect(b.insertIfAbsent({ id: 'k' })).toMatchObject({ state: 'ok', value: false });
    expect(c.insert({ id: 'k' }).state).toBe('EDDY_UNIQUE_VIOLATION');
  });
});
