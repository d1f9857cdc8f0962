import { expect, test } from 'vitest';
import { play } from '../world.fixture.ts';
import { tables, type TablesPort } from './tables.ts';

type Rows = { t: { id: string; n?: number } };
const ignore = (): void => {};
const db = tables<Rows>('db', { t: { key: 'id', rows: [{ id: 'seed', n: 1 }] } });

/** Of each operation of `work` its phrase, class and the rows that it touches. */
async function operationsOf(work: (db: TablesPort<Rows>) => Promise<unknown>): Promise<string[]> {
  const { sites } = await play({ uses: { db }, send: (_, { db }) => work(db).then(ignore, ignore), recordSites: true });
  return sites.flatMap((site) =>
    site.what === 'operation' ? [`${site.operation.phrase} (${site.class}): ${site.touches}`] : [],
  );
}

test('a statement touches its row, a commit all rows that it writes', async () => {
  const work = (db: TablesPort<Rows>): Promise<void> =>
    db.transaction(async (tx) => {
      await tx.get('t', 'seed');
      await tx.insert('t', { id: '1' });
      await tx.put('t', { id: 'seed', n: 2 });
      await tx.insertIfAbsent('t', { id: '2' });
      await tx.delete('t', '2');
    });
  expect(await operationsOf(work)).toEqual([
    'get from db.t (statement): db.t/seed',
    'insert into db.t (statement): db.t/1',
    'put into db.t (statement): db.t/seed',
    'insert into db.t (statement): db.t/2',
    'delete from db.t (statement): db.t/2',
    'commit on db (commit): db.t/1 db.t/seed db.t/2',
  ]);
});

test('a rollback, and the commit of what only reads, change nothing: they are statements', async () => {
  const undone = (db: TablesPort<Rows>): Promise<void> =>
    db.transaction(async (tx) => {
      await tx.put('t', { id: 'seed', n: 2 });
      throw new Error('mine');
    });
  expect((await operationsOf(undone)).at(-1)).toBe('rollback on db (statement): db.t/seed');
  const read = (db: TablesPort<Rows>): Promise<unknown> => db.transaction((tx) => tx.get('t', 'seed'));
  expect((await operationsOf(read)).at(-1)).toBe('commit on db (statement): ');
});
