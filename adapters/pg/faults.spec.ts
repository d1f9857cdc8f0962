import { describe, expect, test } from 'vitest';
import { charge, charging, codeOf, inTransaction, serving, working } from './runs.fixture.ts';

const SEND = '1st send of p1';
const AT = '1st start of billing';

describe('statements fail', () => {
  test("a deadlock: the transaction is aborted, and the code is the server's", async () => {
    const { ends, committed, struck } = await working(charging, [`${SEND}: insert into db.charges fails`]);
    expect([ends, committed, struck]).toEqual([['40P01'], [], true]);
  });

  test('a deadlock at the first statement of a transaction: only its end is left', async () => {
    const { told, committed } = await working(
      (pool, tell) =>
        inTransaction(pool, async (client) => {
          await charge(client).catch((error: unknown) => tell(codeOf(error)));
          await charge(client, 'b').catch((error: unknown) => tell(codeOf(error)));
        }),
      [`${SEND}: insert into db.charges fails`],
    );
    expect([told, committed]).toEqual([['40P01', '25P02'], []]);
  });

  test('in the midst of a transaction', async () => {
    const { ends, committed } = await working(
      (pool) =>
        inTransaction(pool, async (client) => {
          await charge(client);
          await client.query("UPDATE balances SET total = 1 WHERE customer = 'c2'");
        }),
      [`${SEND}: update of db.balances fails`],
    );
    expect([ends, committed]).toEqual([['40P01'], []]);
  });

  test('a statement of its own is refused, and nothing is there', async () => {
    const { ends, committed } = await working(charge, [`${SEND}: insert into db.charges fails`]);
    expect([ends, committed]).toEqual([['40P01'], []]);
  });

  test('a commit fails: the connection breaks, and it was rolled back', async () => {
    const { ends, committed } = await working(charging, [`${SEND}: commit on db fails`]);
    expect([ends, committed]).toEqual([['ECONNRESET'], []]);
  });

  test.each([
    ['BEGIN ISOLATION LEVEL SERIALIZABLE', 'commit on db'],
    ['BEGIN ISOLATION LEVEL SERIALIZABLE', 'insert into db.charges'],
    ['BEGIN ISOLATION LEVEL REPEATABLE READ', 'insert into db.charges'],
    ['BEGIN; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'commit on db'],
  ])('fact: a serialization failure (%s, %s)', async (begin, operation) => {
    const { ends, committed, struck } = await working(
      async (pool) => {
        const client = await pool.connect();
        for (const text of begin.split('; ')) await client.query(text);
        await charge(client)
          .then(() => client.query('COMMIT'))
          .finally(() => client.query('ROLLBACK').then(() => client.release()));
      },
      [`${SEND}: ${operation} conflicts`],
    );
    expect([ends, committed, struck]).toEqual([['40001'], [], true]);
  });

  test('under read committed none', async () => {
    const { ends, struck } = await working(charging, [`${SEND}: insert into db.charges conflicts`]);
    expect([ends, struck]).toEqual([['resolved'], false]);
  });
});

describe('fact 48: lost answers', () => {
  test.each([
    ['applied', ['inserted charges/a']],
    ['not applied', []],
  ])(
    'fact 48: the answer of a commit is lost, %s: the connection breaks, and the caller cannot tell',
    async (how, rows) => {
      const { ends, committed } = await working(charging, [`${SEND}: answer of commit on db is lost, ${how}`]);
      expect([ends, committed]).toEqual([['ECONNRESET'], rows]);
    },
  );

  test.each([
    ['applied', ['inserted charges/a']],
    ['not applied', []],
  ])('of a statement that commits by itself, %s', async (how, rows) => {
    const { ends, committed } = await working(charge, [`${SEND}: answer of insert into db.charges is lost, ${how}`]);
    expect([ends, committed]).toEqual([['ECONNRESET'], rows]);
  });
});

describe('crashes', () => {
  test.each([
    ['crash before commit on db', []],
    ['crash between commit on db and its answer', ['inserted charges/a']],
    ['crash after commit on db', ['inserted charges/a']],
    ['crash after insert into db.charges', []],
    ['host loss between insert into db.charges and its answer', []],
    ['host loss after commit on db', ['inserted charges/a']],
  ])('%s: the row is there exactly if it was committed', async (what, rows) => {
    const { committed, record, struck } = await serving(
      (pool, life) => (life === 1 ? charging(pool) : Promise.resolve()),
      [`${AT}: ${what}`],
    );
    expect([committed, record.outcome, struck]).toEqual([rows, 'quiet', true]);
  });

  test('a lost host keeps its transaction open for 60 s, and others wait', async () => {
    const { atMs, committed } = await serving(
      (pool, life) =>
        charging(pool).catch((error: unknown) => {
          if (life === 1) throw error;
        }),
      [`${AT}: host loss after insert into db.charges`],
    );
    expect(committed).toEqual(['inserted charges/a']);
    expect(atMs).toBeGreaterThan(60_000);
  });

  test('a process that dies gives its locks free at once', async () => {
    const { atMs, committed } = await serving(charging, [`${AT}: crash after insert into db.charges`]);
    expect(committed).toEqual(['inserted charges/a']);
    expect(atMs).toBeLessThan(10_000);
  });
});

describe('connections', () => {
  test.each([
    ['before commit on db', []],
    ['between commit on db and its answer', ['inserted charges/a']],
    ['after insert into db.charges', []],
  ])('disconnect %s', async (place, rows) => {
    const { ends, committed, struck } = await working(charging, [`${SEND}: disconnect from db ${place}`]);
    expect([ends, committed, struck]).toEqual([['ECONNRESET'], rows, true]);
  });

  test('a half-open connection: nothing passes for 60 s', async () => {
    const { ends, committed, atMs } = await working(charging, [
      `${SEND}: half-open connection to db before commit on db`,
    ]);
    expect([ends, committed]).toEqual([['ETIMEDOUT'], []]);
    expect(atMs).toBeGreaterThanOrEqual(60_000);
  });

  test('an outage: refused while it lasts, and what was open has rolled back', async () => {
    const { ends, committed } = await working(
      (pool) =>
        inTransaction(pool, async (client) => {
          await charge(client);
          await new Promise((done) => setTimeout(done, 1000));
        }),
      ['db is refusing from 500 ms to 5 s'],
    );
    // The client has heard of it between two statements: its next one is refused without a code.
    expect([ends, committed]).toEqual([['Error'], []]);
  });

  test('a silent server answers when its silence is over', async () => {
    const { ends, committed, atMs } = await working(charging, ['db is silent from 0 s to 30 s']);
    expect([ends, committed]).toEqual([['resolved'], ['inserted charges/a']]);
    expect(atMs).toBeGreaterThanOrEqual(30_000);
  });

  test('a late answer, a late statement', async () => {
    const slow = await working(charging, [`${SEND}: insert into db.charges answers 20 s late`]);
    expect([slow.ends, slow.committed, slow.atMs > 20_000]).toEqual([['resolved'], ['inserted charges/a'], true]);
    const late = await working(charging, [`${SEND}: commit on db takes 3 s longer`]);
    expect([late.ends, late.committed, late.atMs > 3000]).toEqual([['resolved'], ['inserted charges/a'], true]);
  });
});
