import { describe, expect, test } from 'vitest';
import { Client, database, rowsOf } from './table.fixture.ts';
import type { Row } from './version.ts';

describe('read committed', () => {
  test('fact 47: nobody reads what is not committed, and never what was rolled back', () => {
    const db = database({ rows: [{ id: '1', n: 1 }] });
    const [a, b] = [new Client(db), new Client(db)];
    a.put({ id: '1', n: 2 });
    a.insert({ id: '2', n: 2 });
    expect([b.scan().value, b.get('1'), b.get('2')]).toEqual([[{ id: '1', n: 1 }], { id: '1', n: 1 }, undefined]);
    a.rollback();
    expect(b.scan().value).toEqual([{ id: '1', n: 1 }]);
  });

  test('fact 47: each statement sees what was committed before it', () => {
    const db = database({ rows: [{ id: '1', n: 1 }] });
    const [a, b] = [new Client(db), new Client(db)];
    expect(b.get('1')).toEqual({ id: '1', n: 1 });
    a.put({ id: '1', n: 2 });
    a.insert({ id: '2', n: 2 });
    a.commit();
    expect(b.get('1')).toEqual({ id: '1', n: 2 });
    expect(b.scan().value).toHaveLength(2);
  });

  test('a transaction sees its own writes', () => {
    const db = database({ rows: [{ id: '1' }, { id: '2' }] });
    const a = new Client(db);
    a.put({ id: '1', n: 2 });
    a.delete('2');
    a.insert({ id: '3' });
    expect(a.scan({ orderBy: 'id' }).value).toEqual([{ id: '1', n: 2 }, { id: '3' }]);
    expect([a.get('1'), a.get('2')]).toEqual([{ id: '1', n: 2 }, undefined]);
    expect(rowsOf(db)).toEqual([{ id: '1' }, { id: '2' }]);
  });

  test('all writes of a transaction become visible at once, in the order of their statements', () => {
    const db = database({ rows: [{ id: '1', n: 1 }, { id: '2' }] });
    const a = new Client(db);
    a.insert({ id: '3' });
    a.put({ id: '1', n: 2 });
    a.delete('2');
    a.insert({ id: 'gone' });
    a.delete('gone');
    expect(db.commit(a.tx)).toEqual([
      { table: 't', key: '3', before: undefined, after: { id: '3' } },
      { table: 't', key: '1', before: { id: '1', n: 1 }, after: { id: '1', n: 2 } },
      { table: 't', key: '2', before: { id: '2' }, after: undefined },
    ]);
    expect(db.commit(a.tx)).toEqual([]);
    expect(rowsOf(db)).toEqual([{ id: '1', n: 2 }, { id: '3' }]);
  });
});

describe('statements', () => {
  test('put inserts or replaces the whole row', () => {
    const db = database({ rows: [{ id: '1', n: 1, old: true }] });
    const a = new Client(db);
    a.put({ id: '1', n: 2 });
    a.put({ id: '2', n: 2 });
    a.commit();
    expect(rowsOf(db)).toEqual([
      { id: '1', n: 2 },
      { id: '2', n: 2 },
    ]);
  });

  test('put may not take the unique value of another row', () => {
    const db = database({ unique: ['email'], rows: [{ id: '1', email: 'x' }] });
    const a = new Client(db);
    expect(a.put({ id: '1', email: 'x' }).state).toBe('ok');
    expect(a.put({ id: '2', email: 'x' }).state).toBe('EDDY_UNIQUE_VIOLATION');
  });

  test('delete says whether there was such a row', () => {
    const a = new Client(database({ rows: [{ id: '1' }] }));
    expect([a.delete('1').value, a.delete('1').value, a.delete('nobody').value]).toEqual([true, false, false]);
  });

  test('insertIfAbsent says whether it inserted, and a unique column counts too', () => {
    const a = new Client(database({ unique: ['email'], rows: [{ id: '1', email: 'x' }] }));
    expect(
      [
        { id: '1', email: 'new' },
        { id: '2', email: 'x' },
        { id: '3', email: 'y' },
      ].map((row) => a.insertIfAbsent(row).value),
    ).toEqual([false, false, true]);
    expect(a.tx.abortedBy).toBe(undefined);
  });
});

describe('scans', () => {
  test('scan: where, orderBy (numbers by size, texts by code units, missing values last), limit', () => {
    const rows = [{ id: 'a', n: 10 }, { id: 'b' }, { id: 'c', n: 9 }, { id: 'd', n: null }, { id: 'e', n: 100 }];
    const a = new Client(database({ rows }));
    const ids = (o: Parameters<Client['scan']>[0]): unknown[] => (a.scan(o).value ?? []).map(({ id }) => id);
    expect(ids({ orderBy: 'n' })).toEqual(['c', 'a', 'e', 'b', 'd']);
    expect(ids({ orderBy: 'n', limit: 2 })).toEqual(['c', 'a']);
    expect(ids({ where: (row) => row['n'] != null, orderBy: 'n', limit: 2 })).toEqual(['c', 'a']);
    expect(ids({ limit: 0 })).toEqual([]);
    const texts = new Client(database({ rows: ['b', 'Z', 'ä', 'a'].map((id) => ({ id })) }));
    expect((texts.scan({ orderBy: 'id' }).value ?? []).map(({ id }) => id)).toEqual(['Z', 'a', 'b', 'ä']);
    const words = [{ id: 'a', n: null }, { id: 'b', n: 'z' }, { id: 'c' }, { id: 'd', n: 'o' }];
    const gaps = new Client(database({ rows: words }));
    expect((gaps.scan({ orderBy: 'n' }).value ?? []).map(({ id }) => id)).toEqual(['d', 'b', 'a', 'c']);
    const mixed = new Client(
      database({
        rows: [
          { id: 'a', n: '9' },
          { id: 'b', n: 10 },
          { id: 'c', n: 10n },
        ],
      }),
    );
    expect((mixed.scan({ orderBy: 'n' }).value ?? []).map(({ id }) => id)).toEqual(['b', 'c', 'a']);
  });

  test('a test in a scan that throws is the error of the statement', () => {
    const a = new Client(database({ rows: [{ id: '1' }] }));
    const broken = a.scan({
      where: () => {
        throw Object.assign(new Error('no'), { code: 'MINE' });
      },
    });
    expect(broken.state).toBe('MINE');
  });

  test('a test in a scan that throws on a row that changed meanwhile fails its own statement, not the other commit', () => {
    const db = database({ rows: [{ id: '1', n: 1 }] });
    const [a, b] = [new Client(db), new Client(db)];
    a.put({ id: '1', n: 2 });
    const tried = b.scan({
      forUpdate: 'wait',
      where: ({ n }) => {
        if (n === 2) throw Object.assign(new Error('no'), { code: 'MINE' });
        return true;
      },
    });
    a.commit();
    expect(tried.state).toBe('MINE');
    expect(rowsOf(db)).toEqual([{ id: '1', n: 2 }]);
  });
});

describe('names and sequences', () => {
  test('a table or sequence that does not exist is an error', () => {
    const db = database();
    const [a, b] = [new Client(db), new Client(db)];
    expect(() => a.get('1', 'nowhere')).toThrow(
      expect.objectContaining({ code: 'EDDY_NO_SUCH_TABLE', data: { table: 'nowhere' } }) as Error,
    );
    expect(() => b.next('nowhere')).toThrow(
      expect.objectContaining({ code: 'EDDY_NO_SUCH_SEQUENCE', data: { sequence: 'nowhere' } }) as Error,
    );
  });

  test('fact 45: sequence values are taken at once, in call order, and never come back', () => {
    const db = database({ sequences: ['ids'] });
    const [a, b] = [new Client(db), new Client(db)];
    expect([a.next('ids'), b.next('ids')]).toEqual([1n, 2n]);
    a.insert({ id: 'a', seq: 1 });
    b.insert({ id: 'b', seq: 2 });
    b.commit();
    a.rollback();
    expect([new Client(db).next('ids'), new Client(db).next('ids')]).toEqual([3n, 4n]);
    expect(rowsOf(db)).toEqual([{ id: 'b', seq: 2 }]);
  });
});

describe('a failed statement', () => {
  test('fact 49: frees its locks, and the commit stores nothing', () => {
    const db = database({ rows: [{ id: '1' }] });
    const [a, b] = [new Client(db), new Client(db)];
    a.insert({ id: '2', by: 'a' });
    const waiting = b.insert({ id: '2', by: 'b' });
    expect(a.insert({ id: '1' }).state).toBe('EDDY_UNIQUE_VIOLATION');
    expect(waiting.state).toBe('ok');
    expect(db.commit(a.tx)).toEqual([]);
    b.commit();
    expect(rowsOf(db)).toEqual([{ id: '1' }, { id: '2', by: 'b' }]);
  });
});

describe('rows', () => {
  test('what the caller changes afterwards changes nothing', () => {
    const seed = { id: '1', deep: { n: 1 } };
    const db = database({ rows: [seed] });
    const a = new Client(db);
    const row = { id: '2', deep: { n: 1 }, list: [1] };
    a.insert(row as Row);
    seed.deep.n = 2;
    row.deep.n = 2;
    row.list.push(2);
    a.commit();
    expect(rowsOf(db)).toEqual([
      { id: '1', deep: { n: 1 } },
      { id: '2', deep: { n: 1 }, list: [1] },
    ]);
  });
});
