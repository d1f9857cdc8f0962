import type { Pool, PoolClient } from 'pg';
import { describe, expect, test } from 'vitest';
import { entriesOf, happened, play } from '../../sim/world.fixture.ts';
import { EPOCH_MS } from '../../sim/kernel/world.ts';
import { postgres } from '../pg.ts';
import { charge, codeOf, inTransaction, serving, working } from './runs.fixture.ts';

describe('the client', () => {
  test('asks and is answered: rows, parameters, types', async () => {
    const { told, ends, record } = await working(async (pool, tell) => {
      tell((await pool.query('SELECT customer, total FROM balances ORDER BY customer')).rows);
      tell((await pool.query('SELECT $1::int + 1 AS n, $2::jsonb AS j', [41, { a: [1] }])).rows);
    });
    expect(told).toEqual([
      [
        { customer: 'c1', total: '100' },
        { customer: 'c2', total: '0' },
      ],
      [{ n: 42, j: { a: [1] } }],
    ]);
    expect([ends, record.outcome, record.why]).toEqual([['resolved'], 'quiet', []]);
  });

  test('three clients of a pool at once', async () => {
    const { committed, ends } = await working((pool) =>
      Promise.all(['a', 'b', 'c'].map((id) => inTransaction(pool, (client) => charge(client, id)))),
    );
    expect([committed.toSorted(), ends]).toEqual([
      ['inserted charges/a', 'inserted charges/b', 'inserted charges/c'],
      ['resolved'],
    ]);
  });

  test('prepared statements of two connections with one name', async () => {
    const { told, ends } = await working((pool, tell) =>
      Promise.all(
        [1, 2].map((n) =>
          inTransaction(pool, async (client) => {
            for (let again = 0; again < 2; again++)
              tell(
                (await client.query({ name: 'same', text: `SELECT ${n} + $1::int AS n`, values: [again] })).rows[0].n,
              );
          }),
        ),
      ),
    );
    expect([told.toSorted(), ends]).toEqual([[1, 2, 2, 3], ['resolved']]);
  });

  test('a unique violation has its code, and the pool goes on', async () => {
    const { told, committed, ends } = await working(async (pool, tell) => {
      await charge(pool);
      await charge(pool).catch((error: unknown) => tell(codeOf(error)));
      await charge(pool, 'b');
    });
    expect([told, committed, ends]).toEqual([['23505'], ['inserted charges/a', 'inserted charges/b'], ['resolved']]);
  });

  test('fact 49: after an error COMMIT rolls back, and says so', async () => {
    const { told, committed, record } = await working((pool, tell) =>
      inTransaction(pool, async (client) => {
        await charge(client);
        await client.query('SELECT 1/0').catch((error: unknown) => tell(codeOf(error)));
        await client.query('SELECT 1').catch((error: unknown) => tell(codeOf(error)));
        tell((await client.query('COMMIT')).command);
      }),
    );
    expect([told, committed]).toEqual([['22012', '25P02', 'ROLLBACK'], []]);
    expect(entriesOf(record, 'rolledBack')).toHaveLength(1);
  });

  test('values are in the history as the client hands them out; deletions and changed keys too', async () => {
    const { record } = await working(async (pool) => {
      await pool.query("INSERT INTO charges VALUES ('a', 5)");
      await pool.query("UPDATE balances SET total = 9007199254740993 WHERE customer = 'c2'");
      await pool.query("UPDATE balances SET customer = 'c3' WHERE customer = 'c2'");
      await pool.query("DELETE FROM balances WHERE customer = 'c1'");
    });
    const tokens = entriesOf(record, 'seeded').filter((entry) => happened(entry).channels[0] === 'tokens');
    expect(new Set(tokens.map((entry) => (happened(entry).value as { id: string }).id)).size).toBe(3);
    const entries = entriesOf(record, 'seeded', 'inserted', 'updated', 'deleted').filter(
      (entry) => !tokens.includes(entry),
    );
    expect(entries.map((entry) => [entry.kind, happened(entry).value])).toEqual([
      ['seeded', { customer: 'c1', total: '100' }],
      ['seeded', { customer: 'c2', total: '0' }],
      ['inserted', { id: 'a', cents: 5, at: expect.stringMatching(/^2026-01-01T00:00:00\.\d{3}Z$/) }],
      ['updated', { customer: 'c2', total: '9007199254740993' }],
      ['deleted', { customer: 'c2', total: '9007199254740993' }],
      ['inserted', { customer: 'c3', total: '9007199254740993' }],
      ['deleted', { customer: 'c1', total: '100' }],
    ]);
  });

  test('LISTEN and NOTIFY: whoever listens hears of what was committed', async () => {
    const { told } = await working(async (pool, tell) => {
      const client = await pool.connect();
      client.on('notification', ({ channel, payload }) => tell(`${channel} ${payload}`));
      await client.query('LISTEN jobs');
      await pool.query("NOTIFY jobs, 'one'");
      await inTransaction(pool, async (other) => {
        await other.query("NOTIFY jobs, 'two'");
        await other.query('SELECT 1/0').catch(() => {});
      });
      await client.query('UNLISTEN jobs');
      await pool.query("NOTIFY jobs, 'three'");
      client.release();
    });
    expect(told).toEqual(['jobs one']);
  });
});

describe('what a client seldom says', () => {
  /** A COPY as pg-copy-streams does it: the data go out when the server has asked for them. */
  const copying = (text: string, data: readonly string[]) => ({
    submit(connection: { query(text: string): void; sendCopyFromChunk(bytes: Buffer): void; endCopyFrom(): void }) {
      connection.query(text);
      this.connection = connection;
    },
    connection: undefined as never as { sendCopyFromChunk(bytes: Buffer): void; endCopyFrom(): void },
    asked: 0,
    handleCopyInResponse() {
      expect(++this.asked).toBe(1);
      for (const line of data) this.connection.sendCopyFromChunk(Buffer.from(line));
      this.connection.endCopyFrom();
    },
    handleCommandComplete: () => {},
    handleReadyForQuery() {
      this.done();
    },
    handleError(error: Error) {
      this.done(error);
    },
    done: (_error?: Error): void => {},
  });

  const copy = (client: PoolClient, text: string, data: readonly string[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const query = copying(text, data);
      query.done = (error) => (error ? reject(error) : resolve());
      client.query(query as never);
    });

  test('COPY FROM STDIN: all rows or none', async () => {
    const { told, committed } = await working(async (pool, tell) => {
      const client = await pool.connect();
      await copy(client, 'COPY charges (id, cents) FROM STDIN', ['a\t1\nb\t2\n', 'c\t3\n']);
      await copy(client, 'COPY charges (id, cents) FROM STDIN', ['d\t1\n', 'a\t1\n']).catch((error: unknown) =>
        tell(codeOf(error)),
      );
      tell((await client.query('SELECT count(*) FROM charges')).rows);
      await client
        .query('SELECT 1; COPY charges (id, cents) FROM STDIN')
        .catch((error: unknown) => tell(codeOf(error)));
      client.release();
    });
    expect(committed).toEqual(['inserted charges/a', 'inserted charges/b', 'inserted charges/c']);
    expect(told).toEqual(['23505', [{ count: '3' }], '0A000']);
  });

  test('settings belong to their connection; what a transaction that rolls back has set does not last', async () => {
    const { told } = await working(async (pool, tell) => {
      const one = await pool.connect();
      const two = await pool.connect();
      await one.query("SET my.own = 'one'");
      await two.query("SET my.own = 'two'");
      await two.query("BEGIN; SET my.own = 'three'; ROLLBACK");
      for (const client of [one, two, one])
        tell((await client.query("SELECT current_setting('my.own') AS own")).rows[0].own);
      await one.query('DISCARD ALL');
      tell((await one.query("SELECT current_setting('my.own', true) AS own")).rows[0].own);
      one.release();
      two.release();
    });
    expect(told).toEqual(['one', 'two', 'one', '']);
  });

  test('so do those that a function sets, with a parameter', async () => {
    const { told } = await working(async (pool, tell) => {
      const [one, two] = [await pool.connect(), await pool.connect()];
      await one.query("SELECT set_config('my.own', $1, false)", ["o'ne"]);
      for (const client of [two, one])
        tell((await client.query("SELECT current_setting('my.own', true) AS own")).rows[0].own);
      for (const client of [one, two]) client.release();
    });
    expect(told).toEqual(['', "o'ne"]);
  });

  test('rows are told whatever role the session plays', async () => {
    const { committed, ends, record } = await working(async (pool) => {
      await pool.query("SET session_replication_role = replica; INSERT INTO charges VALUES ('a', 1)");
      await pool.query('CREATE ROLE clerk; GRANT INSERT, SELECT ON charges TO clerk');
      await pool.query("SET session_replication_role = origin; SET ROLE clerk; INSERT INTO charges VALUES ('b', 1)");
      await pool.query('DELETE FROM inbox').catch(() => {});
    });
    expect([committed, ends, record.outcome]).toEqual([
      ['inserted charges/a', 'inserted charges/b'],
      ['resolved'],
      'quiet',
    ]);
  });

  test('a cursor reads in pieces, and its transaction stands meanwhile', async () => {
    const { told } = await working((pool, tell) =>
      inTransaction(pool, async (client) => {
        await client.query('DECLARE c CURSOR FOR SELECT generate_series(1, 5) AS n');
        for (let again = 0; again < 3; again++)
          tell((await client.query('FETCH 2 FROM c')).rows.map(({ n }) => n as number));
      }),
    );
    expect(told).toEqual([[1, 2], [3, 4], [5]]);
  });

  test('functions that would wait in the server, or for its own session, are refused with a sentence', async () => {
    const { told } = await working(async (pool, tell) => {
      for (const call of ['pg_sleep(1)', 'pg_try_advisory_lock(1)', 'pg_advisory_xact_lock(1)'])
        await pool.query(`SELECT ${call}`).then(
          () => tell('done'),
          (error: Error) => tell([codeOf(error), error.message]),
        );
    });
    expect(told).toEqual([
      ['0A000', expect.stringMatching(/^pg_sleep is not modelled inside a run: /)],
      ['0A000', expect.stringMatching(/^pg_try_advisory_lock is not modelled inside a run: /)],
      'done',
    ]);
  });
});

describe('time and chance', () => {
  test('now() is virtual, and the time of BEGIN within a transaction', async () => {
    const { told } = await working(async (pool, tell) => {
      const seconds = async (on: Pool | PoolClient) =>
        tell(
          Math.round((await on.query('SELECT now() AS at')).rows[0].at.getTime() - EPOCH_MS - Date.now() + EPOCH_MS),
        );
      await seconds(pool);
      const client = await pool.connect();
      await client.query('BEGIN');
      await new Promise((done) => setTimeout(done, 5000));
      await seconds(client);
      await client.query('COMMIT');
      client.release();
    });
    expect(told[0]).toBeGreaterThan(-5);
    expect(told[0]).toBeLessThanOrEqual(0);
    expect(told[1]).toBeGreaterThan(-5010);
    expect(told[1]).toBeLessThanOrEqual(-5000);
  });

  test('random values hang on the seed, not on what ran before', async () => {
    const draws = (seed: number) =>
      working(
        async (pool, tell) =>
          tell(
            (await pool.query('SELECT random() AS r, gen_random_uuid() AS u, uuidv7() AS t, random() AS again'))
              .rows[0],
          ),
        [],
        { seed },
      );
    const first = (await draws(1)).told;
    await working(async (pool) => {
      await pool.query('SELECT random(), gen_random_uuid(), uuidv7() FROM generate_series(1, 10)');
    });
    expect((await draws(1)).told).toEqual(first);
    const other = (await draws(2)).told[0] as Record<string, unknown>;
    for (const [name, value] of Object.entries(first[0] as Record<string, unknown>))
      expect(other[name]).not.toEqual(value);
  });

  test('all bytes of an id are drawn', async () => {
    const { told } = await working(async (pool, tell) => {
      const { rows } = await pool.query('SELECT gen_random_uuid() AS id FROM generate_series(1, 20)');
      for (const { id } of rows) tell(id);
    });
    const at = (n: number): number =>
      new Set(
        told.map((id) =>
          String(id)
            .replaceAll('-', '')
            .slice(2 * n, 2 * n + 2),
        ),
      ).size;
    expect(Math.min(...Array.from({ length: 16 }, (_, n) => at(n)))).toBeGreaterThan(5);
  });

  test('a poll and a heartbeat fall asleep', async () => {
    const { record } = await serving(async (pool, life) => {
      if (life > 1) return;
      await charge(pool);
      const poll = async (): Promise<void> => {
        await pool.query('SELECT * FROM charges WHERE cents > 5 FOR UPDATE SKIP LOCKED');
        await pool.query("UPDATE balances SET total = total WHERE customer = 'c1'");
        setTimeout(poll, 200);
      };
      await poll();
      await new Promise(() => {});
    });
    expect(record.outcome).toBe('quiet');
    expect(entriesOf(record, 'updated').length).toBeLessThan(60);
  });

  test('who reads another row each time gets to the last one, though nothing changes meanwhile', async () => {
    const { committed } = await serving(async (pool) => {
      for (let n = 1; n <= 40; n++) {
        await new Promise((resolve) => {
          setTimeout(resolve, 100);
        });
        await pool.query('SELECT $1::int AS n', [n]);
      }
      await charge(pool);
    });
    expect(committed).toEqual(['inserted charges/a']);
  });

  test('two statements of one moment draw two random values', async () => {
    const { told } = await working(async (pool, tell) => {
      for (let n = 0; n < 2; n++) tell((await pool.query('SELECT random() AS r')).rows[0].r);
    });
    expect(new Set(told).size).toBe(2);
  });

  test('who listens to nothing any more still has its rows told', async () => {
    const { committed } = await working(async (pool) => {
      const client = await pool.connect();
      await client.query('UNLISTEN *; SELECT 1');
      await charge(client);
      await client.query('DISCARD ALL');
      await charge(client, 'b');
      client.release();
    });
    expect(committed).toEqual(['inserted charges/a', 'inserted charges/b']);
  });
});

test('draws of one moment shift none of another', async () => {
  const draw = (items: readonly string[]) =>
    working(
      async (pool, tell) => tell((await pool.query('SELECT random() AS r, gen_random_uuid() AS u')).rows[0]),
      [],
      { items },
    );
  const both = (await draw(['p1', 'p2'])).told;
  expect((await draw(['p2'])).told).toEqual([both[1]]);
});

describe('runs', () => {
  test('ten runs in one thread do not see each other, and are the same', async () => {
    const digests = new Set<string>();
    for (let n = 0; n < 10; n++) {
      const { committed, record } = await working(async (pool) => {
        await charge(pool);
        await pool.query("UPDATE balances SET total = total + 1 WHERE customer = 'c1'");
        await inTransaction(pool, (client) => charge(client, 'b'));
        if (n % 2)
          await pool.query('CREATE TABLE later (id serial PRIMARY KEY)').then(() => pool.query('DROP TABLE later'));
      });
      expect(committed).toEqual(['inserted charges/a', 'updated balances/c1', 'inserted charges/b']);
      if (n % 2 === 0) digests.add(record.digest);
    }
    expect(digests.size).toBe(1);
  });

  test('tables that are made in a run are watched, and gone in the next', async () => {
    const make = async (): Promise<readonly string[]> =>
      (
        await working(async (pool) => {
          await pool.query('CREATE TABLE later (id serial PRIMARY KEY, what text)');
          await pool.query("INSERT INTO later (what) VALUES ('x')");
          await pool.query('ALTER TABLE later ADD COLUMN n int8 DEFAULT 5');
          await pool.query("UPDATE later SET what = 'y'");
        })
      ).committed;
    expect(await make()).toEqual(['inserted later/1', 'updated later/1']);
    expect(await make()).toEqual(['inserted later/1', 'updated later/1']);
  });

  test('what triggers wrote with the seeds is there once in each', async () => {
    const audited = { audited: postgres('audited', { migrations: new URL('triggered.sql', import.meta.url) }) };
    const told: unknown[] = [];
    for (let n = 0; n < 3; n++) {
      await play({
        uses: audited,
        send: async (_item, { audited }) => {
          const pool = audited.pool();
          await pool.query("INSERT INTO orders VALUES ('new')");
          told.push((await pool.query('SELECT id, of FROM audit ORDER BY id')).rows);
          await pool.end();
        },
      });
    }
    const once = [1, 2].map((id) => ({ id, of: id === 1 ? 'seed' : 'new' }));
    expect(told).toEqual([once, once, once]);
  });
});
