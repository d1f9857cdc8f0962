import { describe, expect, test } from 'vitest';
import { Client, database, rowsOf } from './table.fixture.ts';
import { Database } from './database.ts';

const serializable = (db: Database): Client => new Client(db, 'serializable');
const repeatable = (db: Database): Client => new Client(db, 'repeatable read');

/** `ok`, or the code of what the commit threw. */
const ending = (client: Client): string => code(() => client.commit());

function code(work: () => unknown): string {
  try {
    work();
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const doctors = {
  rows: [
    { id: 'a', on: true },
    { id: 'b', on: true },
  ],
};
const onCall = { where: (row: { readonly on?: unknown }) => row.on === true };

describe('write skew', () => {
  const skew = (begin: (db: Database) => Client): string[] => {
    const db = database(doctors);
    const [a, b] = [begin(db), begin(db)];
    expect([a.scan(onCall).value?.length, b.scan(onCall).value?.length]).toEqual([2, 2]);
    expect([a.put({ id: 'a', on: false }).state, b.put({ id: 'b', on: false }).state]).toContain('ok');
    return [
      ending(a),
      b.tx.abortedBy === undefined ? ending(b) : 'aborted',
      `${rowsOf(db).filter(({ on }) => on).length}`,
    ];
  };

  test('fact 47: repeatable read lets it pass', () => {
    expect(skew(repeatable)).toEqual(['ok', 'ok', '0']);
  });

  test('fact 47: serializable refuses one of them, here at its commit', () => {
    expect(skew(serializable)).toEqual(['ok', 'EDDY_SERIALIZATION', '1']);
  });
});

/** The reader is about to read what the pivot has overwritten, and the pivot has read what the far one has overwritten. */
function inARow(): { reader: Client; pivot: Client; far: Client } {
  const db = database({ rows: ['x', 'y', 'z'].map((id) => ({ id, n: 0 })) });
  const [reader, pivot, far] = [serializable(db), serializable(db), serializable(db)];
  reader.put({ id: 'z', n: 1 });
  pivot.get('x');
  pivot.put({ id: 'y', n: 1 });
  far.put({ id: 'x', n: 1 });
  return { reader, pivot, far };
}

describe('who is refused', () => {
  test('fact 47: the pivot fails at its commit, or at its next statement, and has rolled back', () => {
    for (const next of ['commit', 'scan', 'get'] as const) {
      const db = database(doctors);
      const [a, b] = [serializable(db), serializable(db)];
      a.scan();
      b.scan();
      a.put({ id: 'a', on: false });
      b.put({ id: 'b', on: false });
      a.commit();
      const asked = {
        commit: () => ending(b),
        scan: () => b.scan().state,
        get: () => code(() => b.get('nowhere')),
      };
      expect(asked[next]()).toBe('EDDY_SERIALIZATION');
      expect(b.tx.abortedBy).toMatchObject({ code: 'EDDY_SERIALIZATION' });
      b.rollback();
      expect(rowsOf(db)).toEqual([
        { id: 'a', on: false },
        { id: 'b', on: true },
      ]);
    }
  });

  test('who only reads may be refused: it would see a later commit without an earlier one', () => {
    const db = database({
      rows: [
        { id: 'batch', n: 1 },
        { id: 'total', n: 0 },
      ],
    });
    // A receipt reads the batch; the batch is closed and committed; a report sees it closed, without the receipt.
    const [receipt, closing] = [serializable(db), serializable(db)];
    expect(receipt.get('batch')).toEqual({ id: 'batch', n: 1 });
    closing.put({ id: 'batch', n: 2 });
    closing.commit();
    const report = serializable(db);
    expect([report.get('batch')?.['n'], report.get('total')?.['n']]).toEqual([2, 0]);
    report.commit();
    expect(receipt.put({ id: 'total', n: 1 }).state).toBe('EDDY_SERIALIZATION');
  });

  test('who waits for a unique value hears after the wait that it has no place any more', () => {
    const db = database({ rows: [{ id: 'b', email: 'y' }], unique: ['email'] });
    const [first, waiting] = [serializable(db), serializable(db)];
    first.insert({ id: 'e', email: 'z' });
    waiting.get('b');
    const put = waiting.put({ id: 'b', email: 'z' });
    expect(put.state).toBe('waits');
    // The first gives the value up, and each has read what the other writes.
    first.put({ id: 'e', email: null });
    first.scan();
    expect(ending(first)).toBe('ok');
    expect(put.state).toBe('EDDY_SERIALIZATION');
  });

  test('one edge alone refuses nobody', () => {
    const db = database(doctors);
    const [a, b] = [serializable(db), serializable(db)];
    a.scan();
    b.put({ id: 'a', on: false });
    expect([ending(b), ending(a)]).toEqual(['ok', 'ok']);
  });

  test.each([
    ['last', ['ok', 'ok', 'ok']],
    ['first', ['ok', 'ok', 'EDDY_SERIALIZATION']],
  ])('three in a row, and the far end commits %s: that decides whether there is an order', (when, expected) => {
    const { reader, pivot, far } = inARow();
    const ends = (when === 'first' ? [far, pivot] : [pivot, far]).map(ending);
    expect([...ends, code(() => reader.get('y'))]).toEqual(expected);
  });

  test('of a reader that has a pivot before it that is open, the pivot is refused, though the reader commits first', () => {
    const { reader, pivot, far } = inARow();
    expect([ending(far), reader.get('y'), ending(reader), ending(pivot)]).toEqual([
      'ok',
      { id: 'y', n: 0 },
      'ok',
      'EDDY_SERIALIZATION',
    ]);
  });

  test('those who read and write other rows, or rows of another table, do not meet', () => {
    const rows = ['a', 'b', 'c', 'd'].map((id) => ({ id, n: 0 }));
    const crossed = (read: (client: Client, own: string) => void): string[] => {
      const db = new Database('db', { t: { key: 'id', rows }, u: { key: 'id', rows }, empty: { key: 'id' } });
      const [one, other] = [serializable(db), serializable(db)];
      one.put({ id: 'a', n: 1 });
      other.put({ id: 'b', n: 1 });
      read(one, 'c');
      read(other, 'd');
      return [one, other].map((client) => (client.tx.abortedBy === undefined ? ending(client) : 'aborted'));
    };
    expect(crossed((client, own) => client.get(own))).toEqual(['ok', 'ok']);
    expect(crossed((client) => ['a', 'b'].map((key) => client.get(key, 'u')))).toEqual(['ok', 'ok']);
    expect(crossed((client) => ['a', 'b'].map((key) => client.get(key, 'empty')))).toEqual(['ok', 'ok']);
    expect(crossed((client) => client.get('missing'))).toEqual(['ok', 'ok']);
    expect(crossed((client) => client.scan({}, 'u'))).toEqual(['ok', 'ok']);
    expect(crossed((client) => ['a', 'b'].map((key) => client.get(key)))).toContain('EDDY_SERIALIZATION');
  });

  test('one after the other, nobody is refused', () => {
    const db = database(doctors);
    for (const id of ['a', 'b']) {
      const client = serializable(db);
      client.scan();
      client.put({ id, on: false });
      expect(ending(client)).toBe('ok');
    }
  });

  test('transactions of another level take no part', () => {
    const db = database(doctors);
    const [a, b] = [serializable(db), repeatable(db)];
    a.scan();
    b.scan();
    a.put({ id: 'a', on: false });
    b.put({ id: 'b', on: false });
    expect([ending(a), ending(b)]).toEqual(['ok', 'ok']);
  });
});

describe('what counts as read', () => {
  /** How many of two commit, where each reads and then writes. */
  const crossed = (read: (client: Client, other: string) => void, write: (client: Client, own: string) => void) => {
    const db = database({ unique: ['email'], rows: [{ id: 'a' }, { id: 'b' }] });
    const [a, b] = [serializable(db), serializable(db)];
    read(a, 'b');
    read(b, 'a');
    write(a, 'a');
    write(b, 'b');
    return [a, b].filter((client) => ending(client) === 'ok' && client.tx.abortedBy === undefined).length;
  };

  test.each([
    ['a row by its key', (client: Client, key: string) => client.get(key), 1],
    ['its own row', (client: Client, key: string) => client.get(key === 'a' ? 'b' : 'a'), 2],
    ['a row that was not there', (client: Client) => client.get('c'), 2],
    ['a scan that nothing matches', (client: Client) => client.scan({ where: () => false }), 1],
    ['a row that kept it from inserting', (client: Client, key: string) => client.insertIfAbsent({ id: key }), 1],
  ] as const)('%s, and updates', (_what, read, both) => {
    expect(crossed(read, (client, key) => client.put({ id: key, n: 1 }))).toBe(both);
  });

  test('a row that was not there, and inserts: every key counts, as on one page of an index', () => {
    const insert = (client: Client, key: string): unknown => client.insert({ id: `${key}2` });
    expect(crossed((client) => client.get('c'), insert)).toBe(1);
    expect(crossed(() => {}, insert)).toBe(2);
  });

  test('a key that the snapshot shows as taken, and that has been given up since, is refused', () => {
    const db = database({ unique: ['email'], rows: [{ id: 'k', email: 'x' }] });
    for (const row of [{ id: 'k' }, { id: 'other', email: 'x' }]) {
      const [a, b] = [serializable(db), new Client(db)];
      a.get('k');
      b.delete('k');
      b.commit();
      expect(a.insert(row).state).toBe('EDDY_SERIALIZATION');
      commitRow(db);
    }
  });
});

function commitRow(db: Database): void {
  const client = new Client(db);
  client.put({ id: 'k', email: 'x' });
  client.commit();
}
