/** What comes over a socket that is no client of PostgreSQL's, and several databases. */
import net from 'node:net';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { service } from '../../sim/services/service.ts';
import { entriesOf, happened, play } from '../../sim/world.fixture.ts';
import { errorResponse } from '../../sim/protocols/postgres/backend.ts';
import { postgres } from '../pg.ts';
import { charge, charging, inTransaction, serving, uses, working } from './runs.fixture.ts';

const migrations = new URL('migrations/', import.meta.url);

/** What a server answers to these bytes until it closes. */
const sent = (bytes: Buffer): Promise<Buffer> =>
  new Promise((resolve) => {
    const answer: Buffer[] = [];
    const socket = net.connect({ host: 'db', port: 5432 }, () => socket.write(bytes));
    socket.on('data', (piece: Buffer) => answer.push(piece));
    socket.on('close', () => resolve(Buffer.concat(answer)));
    socket.on('error', () => {});
  });

describe('the wire', () => {
  test('malformed bytes get 08P01 and the connection closes; others go on', async () => {
    const { told, committed } = await working(async (pool, tell) => {
      tell((await sent(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toString('latin1'));
      await charge(pool);
    });
    expect(told[0]).toContain('SFATAL\0VFATAL\0C08P01\0');
    expect(committed).toEqual(['inserted charges/a']);
  });

  test('a request for encryption is answered with N, one to cancel with the end of the connection', async () => {
    const { told } = await working(async (_pool, tell) => {
      const request = (code: number): Buffer =>
        Buffer.from([0, 0, 0, 8, ...new Uint8Array(new Int32Array([code]).buffer).toReversed()]);
      tell(
        (await sent(Buffer.concat([request(80_877_103), Buffer.from([0, 0, 0, 3])]))).toString('latin1').slice(0, 2),
      );
      tell(
        (await sent(Buffer.concat([Buffer.from([0, 0, 0, 16]), request(80_877_102).subarray(4), Buffer.alloc(8)])))
          .length,
      );
    });
    expect(told).toEqual(['NE', 0]);
    expect(Buffer.from(errorResponse({ code: '1', message: '2' })).toString('latin1')[0]).toBe('E');
  });

  test('queries that are sent at once are carried out one after the other', async () => {
    const framed = (type: string, text: string): Buffer => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(4 + Buffer.byteLength(text));
      return Buffer.concat([Buffer.from(type), length, Buffer.from(text)]);
    };
    const opening = Buffer.from('\0\0\0\x11\0\x03\0\0user\0me\0\0', 'latin1');
    const charges = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => `INSERT INTO charges (id, cents) VALUES ('${id}', 1)\0`);
    const queries = charges.map((text) => framed('Q', text));
    const { told, committed } = await working(async (_pool, tell) => {
      tell((await sent(Buffer.concat([opening, ...queries, framed('X', '')]))).toString('latin1'));
    });
    expect(committed).toEqual(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => `inserted charges/${id}`));
    expect(String(told[0]).match(/INSERT 0 1\0Z/g)).toHaveLength(6);
  });

  test("a client of the service's own making", async () => {
    const { told } = await working(async (_pool, tell) => {
      const client = new pg.Client({ host: 'db', user: 'me', options: '-c search_path=other,public -c my.own=1\\ 2' });
      await client.connect();
      tell(
        (await client.query("SELECT current_setting('search_path') AS path, current_setting('my.own') AS own")).rows[0],
      );
      await client.end();
      const missing = new pg.Client({ host: 'elsewhere' });
      await missing.connect().catch((error: { code?: string }) => tell(error.code));
    });
    expect(told).toEqual([{ path: 'other,public', own: '1 2' }, 'ECONNREFUSED']);
  });
});

describe('several databases', () => {
  test('share nothing', async () => {
    const both = { one: postgres('one', { migrations }), two: postgres('two', { migrations }) };
    const record = await play({
      uses: both,
      send: async (_item, { one, two }) => {
        const pools = [one.pool(), two.pool()];
        await Promise.all(pools.map((pool) => inTransaction(pool, (client) => charge(client))));
        await Promise.all(pools.map((pool) => pool.end()));
      },
    });
    const rows = entriesOf(record, 'inserted').map(
      (entry) => `${happened(entry).component} ${happened(entry).channels.join()}`,
    );
    expect([rows.toSorted(), record.outcome]).toEqual([['one charges', 'two charges'], 'quiet']);
  });

  test('extensions that migrations ask for are there, and draw from the world', async () => {
    const extended = postgres('extended', { migrations: new URL('extended.sql', import.meta.url) });
    const made = async (): Promise<unknown> => {
      let row: unknown;
      const send = async (_item: string, { extended }: { extended: { pool(): pg.Pool } }): Promise<void> => {
        const pool = extended.pool();
        row = (await pool.query('INSERT INTO users DEFAULT VALUES RETURNING id, token')).rows[0];
        await pool.end();
      };
      const { outcome } = await play({ uses: { extended }, send });
      return { outcome, row };
    };
    const first = await made();
    expect(first).toMatchObject({
      outcome: 'quiet',
      row: { id: expect.stringMatching(/^[\da-f-]{36}$/), token: expect.stringMatching(/^[\da-f]{16}$/) },
    });
    expect(await made()).toEqual(first);
    const other = postgres('other', { migrations });
    expect(await play({ uses: { other }, send: async () => {} })).toMatchObject({ outcome: 'quiet' });
    expect(await made()).toEqual(first);
  });

  test('migrations that fail say where', async () => {
    const broken = postgres('broken', { migrations: new URL('runs.fixture.ts', import.meta.url) });
    const run = play({ uses: { broken }, send: async () => {} });
    await expect(run).rejects.toMatchObject({ code: 'EDDY_MIGRATION' });
  });
});

describe('transactions one after another', () => {
  test('statements wait while another connection has a transaction open', async () => {
    const { told } = await working(async (pool, tell) => {
      const slow = inTransaction(pool, async (client) => {
        await charge(client);
        await new Promise((done) => setTimeout(done, 5000));
      }).then(() => tell('slow'));
      await new Promise((done) => setTimeout(done, 1000));
      await Promise.all([slow, charge(pool, 'b').then(() => tell('other'))]);
    });
    expect(told).toEqual(['slow', 'other']);
  });

  test('a transaction that has done nothing holds nobody up', async () => {
    const { told } = await working(async (pool, tell) => {
      const idle = inTransaction(pool, () => new Promise((done) => setTimeout(done, 5000))).then(() => tell('idle'));
      await new Promise((done) => setTimeout(done, 1000));
      await Promise.all([idle, charge(pool, 'b').then(() => tell('other'))]);
    });
    expect(told).toEqual(['other', 'idle']);
  });

  test('a transaction that is held for ever ends as stuck, with a sentence', async () => {
    const { record } = await serving(async (pool, life) => {
      if (life > 1) return;
      const client = await pool.connect();
      await client.query('BEGIN');
      await charge(client);
      await new Promise(() => {});
    });
    expect(record.outcome).toBe('stuck');
    expect(record.why.join()).toContain('a transaction of billing/0 on db (1st start of billing) is open');
  });

  test('a process that waits for a transaction of its own is told so, and nothing is judged', async () => {
    const { ends, record } = await working((pool) =>
      inTransaction(pool, async (client) => {
        await charge(client);
        await charge(pool, 'b');
      }),
    );
    // The pool could be ended: nothing of it is left open.
    expect([ends, record.outcome]).toEqual([['0A000'], 'quiet']);
    expect(record.doubts).toEqual([
      { why: expect.stringContaining('waits on db for a transaction of its own'), of: 'all' },
    ]);
  });

  test('who waits in the end for a transaction of another process is stuck, and nothing is judged', async () => {
    const holder = service('holder', uses, async ({ db }) => {
      const client = await db.pool().connect();
      await client.query('BEGIN');
      await charge(client);
      await new Promise(() => {});
    });
    const other = service('other', uses, async ({ db }) => {
      await new Promise((done) => setTimeout(done, 1000));
      await charge(db.pool(), 'b');
    });
    const record = await play({ uses: {}, items: [], send: async () => {}, services: [holder, other] });
    expect(record.outcome).toBe('stuck');
    expect(record.why.join()).toContain("a statement of other/0 on db waits for another's transaction to end");
    expect(record.doubts).toEqual([
      { why: expect.stringContaining('other/0 waits on db for a transaction of holder/0'), of: 'all' },
    ]);
  });

  const race = (until: string) =>
    serving(
      (pool, life) =>
        life > 1
          ? Promise.resolve()
          : Promise.all([charging(pool), new Promise((done) => setTimeout(done, 1000)).then(() => charge(pool, 'b'))]),
      [`1st start of billing: ${until} is held until after work of billing: insert into db.charges`],
    );

  test('a hold within a transaction shows nothing, and says why', async () => {
    const { record, committed } = await race('commit on db');
    expect(record.faults.map(({ reached, tookEffect, why }) => [reached, tookEffect, why])).toEqual([
      [true, false, expect.stringContaining('one after another')],
    ]);
    expect(record.doubts.map(({ of }) => of)).toEqual(['passes']);
    expect(committed).toHaveLength(2);
  });

  test('a hold of its first statement does', async () => {
    const { record, committed } = await race('insert into db.charges');
    expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true]);
    expect([committed, record.doubts]).toEqual([['inserted charges/b', 'inserted charges/a'], []]);
  });
});
