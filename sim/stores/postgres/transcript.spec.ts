/**
 * What the one engine hears of what clients say, in order: when a transaction begins in it, whose settings it has, what is
 * answered without it. The engine here only keeps the rules of transactions; `eddy/pg` holds the same against a real one.
 */
import pg from 'pg';
import { expect, test } from 'vitest';
import { query } from '../../protocols/postgres/bytes.ts';
import { entriesOf } from '../../world.fixture.ts';
import { connected, hears, Listening } from './listening.fixture.ts';
import { STAND_INS } from './setup.ts';
import { Store } from './store.ts';

const codeOf = (error: unknown): string => (error as { code: string }).code;
const RESET = 'RESET SESSION AUTHORIZATION; RESET ALL';

test('a transaction begins with its first statement; one without any is never heard of', async () => {
  const { heard, told } = await hears(async (tell) => {
    const client = await connected();
    for (const sql of ['BEGIN', 'COMMIT', 'START TRANSACTION', 'ROLLBACK', 'BEGIN'])
      tell((await client.query(sql)).command);
    await client.query('INSERT INTO a VALUES (1)');
    await client.query({ text: 'INSERT INTO b VALUES ($1)', values: [1] });
    tell((await client.query('COMMIT')).command);
    await client.query('BEGIN; INSERT INTO c VALUES (1); COMMIT');
  });
  expect(told).toEqual(['BEGIN', 'COMMIT', 'START', 'ROLLBACK', 'BEGIN', 'COMMIT']);
  expect(heard).toEqual([
    'BEGIN',
    'INSERT INTO a VALUES (1)',
    '(INSERT INTO b VALUES ($1))',
    'COMMIT',
    'BEGIN; INSERT INTO c VALUES (1); COMMIT',
  ]);
});

test('others wait while a transaction is open, and come in turn', async () => {
  const { heard } = await hears(async () => {
    const [one, other, third] = [await connected(), await connected(), await connected()];
    await one.query('BEGIN');
    await one.query('SELECT 1');
    const waiting = [other.query('SELECT 2'), third.query('SELECT 3')];
    await new Promise((resolve) => setTimeout(resolve, 50));
    await one.query('SELECT 4');
    await one.query('COMMIT');
    await Promise.all(waiting);
  });
  expect(heard.slice(0, 4)).toEqual(['BEGIN', 'SELECT 1', 'SELECT 4', 'COMMIT']);
  expect(heard.slice(4).toSorted()).toEqual(['SELECT 2', 'SELECT 3']);
});

test('settings are those of the connection whose turn it is; what was rolled back does not last', async () => {
  const { heard } = await hears(async () => {
    const [one, other] = [await connected({ options: '-c a.b=1' }), await connected()];
    for (const sql of ['SET x = 1', 'SET x = 1', 'BEGIN', 'SET y = 1', 'ROLLBACK']) await one.query(sql);
    await other.query('SELECT 1');
    await other.query('SELECT 2');
    await one.query('SELECT 3');
    await one.query('DISCARD ALL');
    await one.query('SELECT 4');
  });
  const own = `SELECT set_config('a.b', '1', false)`;
  expect(heard).toEqual([
    RESET,
    own,
    'SET x = 1',
    'SET x = 1',
    'BEGIN',
    'SET y = 1',
    'ROLLBACK',
    RESET,
    'SELECT 1',
    'SELECT 2',
    RESET,
    own,
    'SET x = 1',
    'SELECT 3',
    RESET,
    'SELECT 4',
  ]);
});

test('a statement that draws has a seed of its own before it, unless its transaction has failed', async () => {
  const { heard } = await hears(async () => {
    const client = await connected();
    for (const sql of ['SELECT random()', 'SELECT 1', 'BEGIN', 'SELECT fails()', 'SELECT random()', 'ROLLBACK'])
      await client.query(sql).catch(() => {});
  });
  expect(heard).toEqual([
    'SELECT setseed(…)',
    'SELECT random()',
    'SELECT 1',
    'BEGIN',
    'SELECT fails()',
    'SELECT random()',
    'ROLLBACK',
  ]);
});

test('what one connection no longer listens to others still do', async () => {
  const { heard } = await hears(async () => {
    const [one, other] = [await connected(), await connected()];
    await one.query('LISTEN a');
    await other.query('LISTEN "b""c"');
    await one.query('BEGIN');
    await one.query('LISTEN lost');
    await one.query('ROLLBACK');
    await one.query('UNLISTEN a');
    await other.query('UNLISTEN *');
  });
  expect(heard).toEqual([
    'LISTEN a',
    'LISTEN "b""c"',
    'BEGIN',
    'LISTEN lost',
    'ROLLBACK',
    'UNLISTEN a',
    'LISTEN "_eddy"; LISTEN "b""c"',
    'UNLISTEN *',
    'LISTEN "_eddy"',
  ]);
});

test('a connection that gives up one of its channels keeps the others, in the order in which it said so', async () => {
  const { heard } = await hears(async () => {
    const client = await connected();
    for (const sql of ['LISTEN a', 'LISTEN b', 'UNLISTEN a', 'BEGIN', 'LISTEN c', 'UNLISTEN c', 'COMMIT'])
      await client.query(sql);
    await client.query('UNLISTEN d');
  });
  expect(heard).toEqual([
    'LISTEN a',
    'LISTEN b',
    'UNLISTEN a',
    'LISTEN "_eddy"; LISTEN "b"',
    'BEGIN',
    'LISTEN c',
    'UNLISTEN c',
    'COMMIT',
    'UNLISTEN d',
    'LISTEN "_eddy"; LISTEN "b"',
  ]);
});

test('what a transaction may be refused for follows the level that it is set to', async () => {
  const { record } = await hears(async () => {
    const client = await connected();
    for (const sql of ['BEGIN', 'SELECT 1 FROM a', 'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'SELECT 1 FROM a'])
      await client.query(sql);
  });
  const told = record.sites.flatMap((site) => (site.what === 'operation' ? [site.mayConflict === true] : []));
  expect(told).toEqual([false, true]);
});

test('only a plain end of a transaction that has done nothing is answered without the engine', async () => {
  const { heard, told } = await hears(async (tell) => {
    const client = await connected();
    await client.query('BEGIN');
    tell(((await client.query<unknown[]>('ROLLBACK; SELECT 1')) as unknown as unknown[]).length);
    for (const sql of ['BEGIN', 'COMMIT', '']) await client.query(sql);
    await client.query({ name: 'begin', text: 'BEGIN' });
    await client.query({ name: 'commit', text: 'COMMIT' });
  });
  expect(told).toEqual([2]);
  expect(heard).toEqual(['BEGIN', 'ROLLBACK; SELECT 1', '', '(BEGIN)', '(COMMIT)']);
});

test('a commit whose answer is lost, and which was not applied, has rolled back and lets the others in', async () => {
  const { heard } = await hears(async () => {
    const [one, other] = [await connected(), await connected()];
    for (const sql of ['BEGIN', 'INSERT INTO a VALUES (1)', 'COMMIT']) await one.query(sql).catch(() => {});
    await other.query('SELECT 2');
  }, ['1st send of p1: answer of commit on db is lost, not applied']);
  expect(heard).toEqual(['BEGIN', 'INSERT INTO a VALUES (1)', 'ROLLBACK', 'SELECT 2']);
});

test('what a statement of no known table may change is the whole component', async () => {
  const { record } = await hears(async () => {
    const client = await connected();
    for (const sql of ['BEGIN', 'SELECT unheard_of()', 'COMMIT']) await client.query(sql);
  });
  const told = record.sites.flatMap((site) =>
    site.what === 'operation' ? [[site.operation.phrase, site.touches]] : [],
  );
  expect(told).toEqual([
    ['statement on db', 'db'],
    ['commit on db', 'db'],
  ]);
});

test('a run begins outside of the transaction that the one before it left', () => {
  const engine = new Listening();
  const store = new Store(engine, []);
  for (const sql of ['BEGIN', 'SELECT fails()']) engine.exec(query(sql));
  expect(() => store.reset(0.5)).not.toThrow();
  expect(engine.heard.slice(-4)[0]).toBe('ROLLBACK');
});

test('COPY FROM STDIN beside anything else is refused, and aborts its transaction', async () => {
  const { heard, told } = await hears(async (tell) => {
    const client = await connected();
    for (const sql of ['COPY a FROM STDIN; SELECT 1', 'BEGIN', 'COPY a FROM STDIN; SELECT 1', 'SELECT 2', 'COMMIT'])
      tell(await client.query(sql).then(({ command }) => command, codeOf));
    for (const sql of ['BEGIN', 'SELECT 3', 'COPY a FROM STDIN; SELECT 1', 'COMMIT'])
      tell(await client.query(sql).then(({ command }) => command, codeOf));
  });
  expect(told).toEqual(['0A000', 'BEGIN', '0A000', '25P02', 'ROLLBACK', 'BEGIN', 'SELECT', '0A000', 'ROLLBACK']);
  expect(heard).toEqual([
    'BEGIN',
    'SELECT 3',
    expect.stringContaining("RAISE EXCEPTION USING ERRCODE = '0A000'"),
    'COMMIT',
  ]);
});

test.each(['COMMIT', 'END', 'ROLLBACK', 'ABORT', 'commit work', 'Rollback Transaction'])(
  'a transaction that has done nothing ends by %s without the engine, and both ends are told as a server tells them',
  async (end) => {
    const { heard, told } = await hears(async (tell) => {
      const client = await connected();
      for (const sql of ['BEGIN', end, 'BEGIN', 'SELECT 1', end])
        tell(await client.query(sql).then(({ command }) => command, codeOf));
    });
    const tag = /^(commit|end)/i.test(end) ? 'COMMIT' : 'ROLLBACK';
    expect(told).toEqual(['BEGIN', tag, 'BEGIN', 'SELECT', tag]);
    expect(heard).toEqual(['BEGIN', 'SELECT 1', end]);
  },
);

test('a commit that rolls back is told, with the statement that failed before', async () => {
  const { told, record } = await hears(async (tell) => {
    const client = await connected();
    for (const sql of ['BEGIN', 'INSERT INTO a SELECT fails()', 'COMMIT', 'BEGIN', 'SELECT fails()', 'ROLLBACK'])
      tell(await client.query(sql).then(({ command }) => command, codeOf));
    for (const sql of ['BEGIN', 'SELECT fails()', 'COMMIT; SELECT 1']) await client.query(sql).catch(() => {});
  });
  expect(told).toEqual(['BEGIN', 'P0001', 'ROLLBACK', 'BEGIN', 'P0001', 'ROLLBACK']);
  expect(entriesOf(record, 'rolledBack').map(({ data }) => data)).toEqual(
    Array.from({ length: 2 }, () => expect.objectContaining({ component: 'db', about: { at: 'commit' } })),
  );
});

test('a connection that goes in the midst of a transaction has rolled back, and lets the others in', async () => {
  const { heard } = await hears(async () => {
    const [one, other] = [await connected(), await connected()];
    await one.query('BEGIN');
    await one.query('SELECT 1');
    const waiting = other.query('SELECT 2');
    await one.end();
    await waiting;
  });
  expect(heard).toEqual(['BEGIN', 'SELECT 1', 'ROLLBACK', 'SELECT 2']);
});

test('whoever connects is told what server it is', async () => {
  const { told } = await hears(async (tell) => {
    const client = new pg.Client({ host: 'db', user: 'postgres' });
    const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
    connection.on('parameterStatus', (told: { parameterName: string; parameterValue: string }) =>
      tell(`${told.parameterName}=${told.parameterValue}`),
    );
    await client.connect();
    tell((client as unknown as { processID: number }).processID);
  });
  expect(told).toEqual([
    'server_version=18.0',
    'server_encoding=UTF8',
    'client_encoding=UTF8',
    'DateStyle=ISO, MDY',
    'IntervalStyle=postgres',
    'TimeZone=UTC',
    'integer_datetimes=on',
    'standard_conforming_strings=on',
    1,
  ]);
});

test('an engine is set up once, by whose store is the first in it', () => {
  const engine = new Listening();
  const stores = [1, 2].map(() => new Store(engine, []));
  expect(stores.map((each) => each.engine)).toEqual([engine, engine]);
  expect(engine.heard.filter((each) => each === STAND_INS)).toHaveLength(1);
});
