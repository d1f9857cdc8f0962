import { describe, expect, test } from 'vitest';
import { Client, database, rowsOf } from './table.fixture.ts';

const both = (unique: readonly string[] = []): [Client, Client, ReturnType<typeof database>] => {
  const db = database({ unique });
  return [new Client(db), new Client(db), db];
};

describe('fact 46: a unique conflict waits for the other transaction', () => {
  test.each(['insert', 'insertIfAbsent'] as const)('fact 46: %s waits while it is open', (how) => {
    const [a, b] = both();
    a.insert({ id: 'k', by: 'a' });
    expect(b[how]({ id: 'k', by: 'b' }).state).toBe('waits');
  });

  test('fact 46: insert raises once the other commits', () => {
    const [a, b, db] = both();
    a.insert({ id: 'k', by: 'a' });
    const tried = b.insert({ id: 'k', by: 'b' });
    a.commit();
    expect(tried.state).toBe('EDDY_UNIQUE_VIOLATION');
    expect(tried.error).toMatchObject({ data: { table: 't', key: 'k' } });
    b.commit();
    expect(rowsOf(db)).toEqual([{ id: 'k', by: 'a' }]);
  });

  test('fact 46: insertIfAbsent answers false once the other commits', () => {
    const [a, b, db] = both();
    a.insert({ id: 'k', by: 'a' });
    const tried = b.insertIfAbsent({ id: 'k', by: 'b' });
    a.commit();
    expect(tried).toMatchObject({ state: 'ok', value: false });
    b.insert({ id: 'more' });
    b.commit();
    expect(rowsOf(db)).toEqual([{ id: 'k', by: 'a' }, { id: 'more' }]);
  });
});

describe('fact 46: when the other transaction aborts', () => {
  test.each(['insert', 'insertIfAbsent'] as const)('fact 46: %s goes on when the other aborts', (how) => {
    const [a, b, db] = both();
    a.insert({ id: 'k', by: 'a' });
    const tried = b[how]({ id: 'k', by: 'b' });
    a.rollback();
    expect(tried).toMatchObject({ state: 'ok', value: how === 'insert' ? undefined : true });
    b.commit();
    expect(rowsOf(db)).toEqual([{ id: 'k', by: 'b' }]);
  });

  test('fact 46: of several that wait the first goes on, the others wait for it', () => {
    const [a, b, db] = both();
    const c = new Client(db);
    a.insert({ id: 'k', by: 'a' });
    const [second, third] = [b.insert({ id: 'k', by: 'b' }), c.insert({ id: 'k', by: 'c' })];
    a.rollback();
    expect([second.state, third.state]).toEqual(['ok', 'waits']);
    b.commit();
    expect(third.state).toBe('EDDY_UNIQUE_VIOLATION');
  });
});

describe('fact 46: unique columns', () => {
  test('fact 46: a unique column conflicts as the key does', () => {
    const [a, b] = both(['email']);
    a.insert({ id: '1', email: 'x' });
    const tried = b.insert({ id: '2', email: 'x' });
    expect(tried.state).toBe('waits');
    a.commit();
    expect(tried.state).toBe('EDDY_UNIQUE_VIOLATION');
    expect(tried.error).toMatchObject({ data: { table: 't', column: 'email', key: 'x' } });
  });

  test('fact 46: rows without a value in the unique column do not conflict', () => {
    const [a, b, db] = both(['email']);
    for (const row of [{}, { email: null }]) {
      const ids = [`${Object.keys(row).length}a`, `${Object.keys(row).length}b`] as const;
      expect([a.insert({ ...row, id: ids[0] }).state, b.insert({ ...row, id: ids[1] }).state]).toEqual(['ok', 'ok']);
    }
    a.commit();
    b.commit();
    expect(rowsOf(db)).toHaveLength(4);
  });

  test.each([
    ['commit', 'ok'],
    ['rollback', 'EDDY_UNIQUE_VIOLATION'],
  ] as const)('fact 46: a unique value that another transaction is giving up waits for it: %s, %s', (end, state) => {
    for (const giveUp of ['delete', 'put'] as const) {
      const db = database({ unique: ['email'], rows: [{ id: '1', email: 'x' }] });
      const [a, b] = [new Client(db), new Client(db)];
      if (giveUp === 'delete') a.delete('1');
      else a.put({ id: '1', email: 'y' });
      const tried = b.insert({ id: '2', email: 'x' });
      expect([tried.state, b.tx.waitsFor]).toEqual(['waits', 't.email=x']);
      a[end]();
      expect(tried.state).toBe(state);
    }
  });
});

test('fact 46: every value that an open transaction has given a row is taken until its end', () => {
  const [a, b, db] = both(['email']);
  b.insert({ id: '2', email: 'z' });
  for (const email of ['x', 'y', 'z']) a.put({ id: '1', email });
  expect(a.tx.waitsFor).toBe('t.email=z');
  const [first, second] = ['x', 'y'].map((email) => new Client(db).insert({ id: `3${email}`, email }).state);
  expect([first, second]).toEqual(['waits', 'waits']);
});

describe('a transaction’s own rows, and rows found', () => {
  test('a duplicate of its own row raises at the statement', () => {
    const [a] = both();
    a.insert({ id: 'k' });
    expect(a.insert({ id: 'k' }).state).toBe('EDDY_UNIQUE_VIOLATION');
  });

  test('a row that it deleted itself can be inserted again', () => {
    const [a, , db] = both();
    a.insert({ id: 'k', n: 1 });
    a.delete('k');
    expect(a.insert({ id: 'k', n: 2 }).state).toBe('ok');
    a.commit();
    expect(rowsOf(db)).toEqual([{ id: 'k', n: 2 }]);
  });

  test('insertIfAbsent does not lock the row that it found', () => {
    const db = database({ rows: [{ id: 'k', n: 1 }] });
    const [a, b] = [new Client(db), new Client(db)];
    expect(a.insertIfAbsent({ id: 'k', n: 2 }).value).toBe(false);
    expect(b.put({ id: 'k', n: 3 }).state).toBe('ok');
  });

  test('nor frees the row when it is its own', () => {
    const [a, b] = both();
    a.insert({ id: 'k' });
    expect(a.insertIfAbsent({ id: 'k' }).value).toBe(false);
    expect(b.insert({ id: 'k' }).state).toBe('waits');
  });
});

describe('row locks', () => {
  test.each(['put', 'delete', 'scan'] as const)('a %s waits for a row that another transaction wrote', (how) => {
    const db = database({ rows: [{ id: 'k', n: 1 }] });
    const [a, b] = [new Client(db), new Client(db)];
    a.put({ id: 'k', n: 2 });
    const tried =
      how === 'put'
        ? b.put({ id: 'k', n: 3 })
        : how === 'delete'
          ? b.delete('k')
          : b.scan({ forUpdate: 'wait', where: (row) => row['n'] === 1 });
    expect(tried.state).toBe('waits');
    expect(b.tx.waitsFor).toBe('t/k');
    a.commit();
    expect(tried.state).toBe('ok');
    if (how === 'scan') expect(tried.value).toEqual([]);
  });

  test('who is given up while it waits waits for nothing any more', () => {
    const db = database({ rows: [{ id: 'k', n: 1 }] });
    const [a, b] = [new Client(db), new Client(db)];
    a.put({ id: 'k', n: 2 });
    b.put({ id: 'k', n: 3 });
    db.abort(b.tx, new Error('given up'));
    expect(b.tx.waitsFor).toBeUndefined();
  });

  test('fact 47: a scan that waited sees the row as it is now, if it still matches', () => {
    const db = database({ rows: [{ id: 'k', n: 1 }] });
    const [a, b] = [new Client(db), new Client(db)];
    a.put({ id: 'k', n: 2 });
    const tried = b.scan({ forUpdate: 'wait', where: (row) => Number(row['n']) > 0 });
    a.commit();
    expect(tried.value).toEqual([{ id: 'k', n: 2 }]);
  });

  test('a plain scan and get wait for nobody', () => {
    const db = database({ rows: [{ id: 'k', n: 1 }] });
    const [a, b] = [new Client(db), new Client(db)];
    a.put({ id: 'k', n: 2 });
    expect(b.scan().value).toEqual([{ id: 'k', n: 1 }]);
    expect(b.get('k')).toEqual({ id: 'k', n: 1 });
  });

  test('fact 50: skip locked gives two relays disjoint batches, and so reorders', () => {
    const db = database({ rows: ['1', '2', '3', '4', '5'].map((id) => ({ id })) });
    const [a, b, c] = [new Client(db), new Client(db), new Client(db)];
    const batch = { forUpdate: 'skip locked', orderBy: 'id', limit: 2 } as const;
    const ids = (client: Client): unknown[] => (client.scan(batch).value ?? []).map(({ id }) => id);
    expect([ids(a), ids(b), ids(c)]).toEqual([['1', '2'], ['3', '4'], ['5']]);
    a.rollback();
    expect(ids(new Client(db))).toEqual(['1', '2']);
  });

  test('without skip locked the second relay waits and gets the same batch', () => {
    const db = database({ rows: ['1', '2', '3'].map((id) => ({ id })) });
    const [a, b] = [new Client(db), new Client(db)];
    const batch = { forUpdate: 'wait', orderBy: 'id', limit: 2 } as const;
    a.scan(batch);
    const tried = b.scan(batch);
    expect(tried.state).toBe('waits');
    a.commit();
    expect(tried.value).toEqual([{ id: '1' }, { id: '2' }]);
  });
});

describe('deadlocks', () => {
  test('who closes the circle is the victim, and the other goes on', () => {
    const db = database({ rows: [{ id: '1' }, { id: '2' }] });
    const [a, b] = [new Client(db), new Client(db)];
    a.put({ id: '1', by: 'a' });
    b.put({ id: '2', by: 'b' });
    const waiting = a.put({ id: '2', by: 'a' });
    expect(waiting.state).toBe('waits');
    expect(b.put({ id: '1', by: 'b' }).state).toBe('EDDY_DEADLOCK');
    expect(waiting.state).toBe('ok');
    b.commit();
    a.commit();
    expect(rowsOf(db)).toEqual([
      { id: '1', by: 'a' },
      { id: '2', by: 'a' },
    ]);
  });

  test('a circle over three transactions is found too', () => {
    const db = database();
    const [a, b, c] = [new Client(db), new Client(db), new Client(db)];
    [a, b, c].forEach((client, n) => client.insert({ id: `${n}` }));
    expect([a.put({ id: '1' }).state, b.put({ id: '2' }).state]).toEqual(['waits', 'waits']);
    expect(c.put({ id: '0' }).state).toBe('EDDY_DEADLOCK');
  });
});
