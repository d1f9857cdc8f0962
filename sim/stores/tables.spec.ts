import { describe, expect, test } from 'vitest';
import type { EddyError } from '../errors.ts';
import { service } from '../services/service.ts';
import { ending, entriesOf, happened, play } from '../world.fixture.ts';
import { tables, type TablesPort, type Tx } from './tables.ts';

type Rows = { t: { id: string; n?: number; email?: string; deep?: { n: number } } };

const db = tables<Rows>('db', {
  t: { key: 'id', unique: ['email'], sequences: ['ids'], rows: [{ id: 'seed', n: 1, deep: { n: 1 } }] },
});
const uses = { db };
type Db = TablesPort<Rows>;

/** Runs `work` in the first send; what it tells, how its promise ends, and which rows were committed. */
async function transacting(
  work: (db: Db, tell: (what: unknown) => void) => Promise<unknown>,
  faults: readonly string[] = [],
) {
  const told: unknown[] = [];
  let end: unknown;
  const record = await play({
    uses,
    faults,
    recordSites: true,
    send: async (_item, { db }) => {
      await work(db, (what) => told.push(what)).then(
        () => (end = 'resolved'),
        (error: unknown) => (end = error),
      );
    },
  });
  const committed = entriesOf(record, 'inserted', 'updated', 'deleted').map((entry) => {
    const { value, channels } = happened(entry);
    return `${entry.kind} ${channels.join()}/${(value as { id: string }).id}`;
  });
  return { told, end, committed, record };
}

const insertOne = (db: Db): Promise<void> => db.transaction((tx) => tx.insert('t', { id: '1' }));

describe('how a transaction ends', () => {
  test('it commits when its work resolves, and answers with what the work does', async () => {
    const { told, end, committed } = await transacting(async (db, tell) =>
      tell(
        await db.transaction(async (tx) => {
          await tx.put('t', { id: 'seed', n: 2 });
          await tx.insert('t', { id: '1' });
          return tx.delete('t', 'seed');
        }),
      ),
    );
    expect([told, end]).toEqual([[true], 'resolved']);
    expect(committed).toEqual(['deleted t/seed', 'inserted t/1']);
  });

  test('who keeps it and asks it once more is told that it is over', async () => {
    const { end, committed } = await transacting(async (db) => {
      let kept: Tx<Rows> | undefined;
      await db.transaction(async (tx) => {
        kept = tx;
        await tx.insert('t', { id: '1' });
      });
      await kept?.insert('t', { id: '2' });
    });
    expect([end, committed]).toEqual([expect.objectContaining({ code: 'EDDY_CONNECTION' }), ['inserted t/1']]);
    expect((end as Error).message).toContain('had ended before this statement came');
  });

  test('whose connection is lost has rolled back, which nobody needs to ask for', async () => {
    const { told, record } = await transacting(
      async (db, tell) => {
        const lost = db.transaction(async (tx) => {
          await tx.insert('t', { id: '1' });
          await new Promise((resolve) => setTimeout(resolve, 1500));
          await tx.get('t', 'seed').catch(() => {});
          tell(await tx.get('t', 'seed').catch((error: unknown) => error));
          await tx.get('t', 'seed');
        });
        tell(await ending(lost));
      },
      ['db is refusing from 1 s to 3 s'],
    );
    expect(told).toEqual([
      expect.objectContaining({ message: expect.stringContaining('was lost: the transaction was rolled back') }),
      'EDDY_CONNECTION',
    ]);
    const asked = record.sites.flatMap((site) => (site.what === 'operation' ? [site.operation.phrase] : []));
    expect(asked).toEqual(['insert into db.t', ...Array.from({ length: 3 }, () => 'get from db.t')]);
  });

  test('it rolls back when its work rejects, and passes the error on', async () => {
    const mine = new RangeError('mine');
    const { end, committed } = await transacting((db) =>
      db.transaction(async (tx) => {
        await tx.insert('t', { id: '1' });
        throw mine;
      }),
    );
    expect(end).toBe(mine);
    expect(committed).toEqual([]);
  });
});

describe('fact 48: lost answers', () => {
  test.each([
    ['applied', ['inserted t/1']],
    ['not applied', []],
  ])('fact 48: the answer of a commit is lost, %s: the caller cannot tell', async (how, expected) => {
    const faults = [`1st send of p1: answer of commit on db is lost, ${how}`];
    const { end, committed, record } = await transacting(insertOne, faults);
    expect(end).toMatchObject({ code: 'EDDY_CONNECTION', data: { outcome: 'unknown' } });
    expect(String(end)).toContain('it may have been applied or not');
    expect(committed).toEqual(expected);
    expect(record.outcome).toBe('quiet');
  });

  test('fact 48: before the commit the outcome is known: rolled back', async () => {
    const { end, committed } = await transacting(insertOne, ['1st send of p1: commit on db fails']);
    expect(end).toMatchObject({ code: 'EDDY_CONNECTION', data: { outcome: 'rolled back' } });
    expect(String(end)).toContain('the transaction was rolled back');
    expect(committed).toEqual([]);
  });

  test('fact 48: a transaction whose answer was lost holds no lock', async () => {
    const faults = ['1st send of p1: answer of commit on db is lost, not applied'];
    const { told, committed } = await transacting(async (db, tell) => {
      tell(await ending(insertOne(db)));
      tell(await ending(insertOne(db)));
    }, faults);
    expect(told).toEqual(['EDDY_CONNECTION', 'resolved']);
    expect(committed).toEqual(['inserted t/1']);
  });
});

describe('failed statements and refusals', () => {
  test('fact 49: a swallowed error: the commit resolves, and nothing is stored', async () => {
    const { told, end, committed, record } = await transacting((db, tell) =>
      db.transaction(async (tx) => {
        await tx.insert('t', { id: '1' });
        tell(await ending(tx.insert('t', { id: 'seed' })));
        tell(await ending(tx.insert('t', { id: '2' })));
        tell(await ending(tx.get('t', 'seed')));
      }),
    );
    expect(told).toEqual(['EDDY_UNIQUE_VIOLATION', 'EDDY_TX_ABORTED', 'EDDY_TX_ABORTED']);
    expect(end).toBe('resolved');
    expect(committed).toEqual([]);
    expect(entriesOf(record, 'rolledBack')).toHaveLength(1);
  });

  test("a deadlock's victim is rolled back, and the same work succeeds again", async () => {
    const { told, committed } = await transacting(
      async (db, tell) => {
        tell(await ending(insertOne(db)));
        tell(await ending(insertOne(db)));
      },
      ['1st send of p1: insert into db.t fails'],
    );
    expect(told).toEqual(['EDDY_DEADLOCK', 'resolved']);
    expect(committed).toEqual(['inserted t/1']);
  });

  test("a deadlock's victim that swallows the error stores nothing", async () => {
    const { end, committed } = await transacting(
      (db) =>
        db.transaction(async (tx) => {
          await tx.insert('t', { id: '1' });
          await ending(tx.insert('t', { id: '2' }));
        }),
      ['1st send of p1: 2nd insert into db.t fails'],
    );
    expect([end, committed]).toEqual(['resolved', []]);
  });

  test('fact 47: serializable may fail at its commit: rolled back, known, and the same work succeeds again', async () => {
    const skewed = (db: Db, id: string): Promise<void> =>
      db.transaction(
        async (tx) => {
          await tx.scan('t');
          await tx.insert('t', { id });
        },
        { isolation: 'serializable' },
      );
    const { told, committed, record } = await transacting(async (db, tell) => {
      const both = await Promise.all([ending(skewed(db, '1')), ending(skewed(db, '2'))]);
      tell(both.toSorted());
      tell(await ending(skewed(db, '3')));
    });
    expect(told).toEqual([['EDDY_SERIALIZATION', 'resolved'], 'resolved']);
    expect(committed).toHaveLength(2);
    expect(entriesOf(record, 'rolledBack')).toHaveLength(1);
  });

  test('fact 47: repeatable read raises where the row was changed meanwhile', async () => {
    const { told, committed } = await transacting(async (db, tell) => {
      const adding = (): Promise<void> =>
        db.transaction(
          async (tx) => {
            const n = (await tx.get('t', 'seed'))?.n ?? 0;
            await tx.put('t', { id: 'seed', n: n + 1 });
          },
          { isolation: 'repeatable read' },
        );
      tell((await Promise.all([ending(adding()), ending(adding())])).toSorted());
    });
    expect(told).toEqual([['EDDY_SERIALIZATION', 'resolved']]);
    expect(committed).toEqual(['updated t/seed']);
  });

  test('an isolation level that does not exist is refused in one sentence', async () => {
    const { told, end } = await transacting((db, tell) =>
      db.transaction(async () => tell('ran'), { isolation: 'snapshot' as 'serializable' }),
    );
    expect(end).toMatchObject({ code: 'EDDY_NOT_MODELLED', data: { isolation: 'snapshot' } });
    expect((end as Error).message).toMatch(/^[^.!?]*"snapshot"[^.!?]*$/);
    expect(told).toEqual([]);
  });

  test('a store that refuses: rolled back, known', async () => {
    const { end, committed } = await transacting(insertOne, ['db is refusing from 0 s to 1 s']);
    expect(end).toMatchObject({ code: 'EDDY_CONNECTION', data: { outcome: 'rolled back' } });
    expect(committed).toEqual([]);
  });
});

describe('a store that goes away', () => {
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

  test('whose transaction is open loses it, though nothing is asked until it is back', async () => {
    const { told, end, committed, record } = await transacting(
      async (db, tell) => {
        const lost = db.transaction(async (tx) => {
          await tx.put('t', { id: 'seed', n: 2 });
          await wait(3000);
          await tx.get('t', 'seed');
        });
        tell(await lost.catch((error: unknown) => error));
        await insertOne(db);
      },
      ['db is refusing from 1 s to 2 s'],
    );
    const message = 'The connection to db was lost: the transaction was rolled back';
    expect(told).toEqual([
      expect.objectContaining({ code: 'EDDY_CONNECTION', data: { outcome: 'rolled back' }, message }),
    ]);
    expect([end, committed]).toEqual(['resolved', ['inserted t/1']]);
    expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true]);
  });

  test.each([
    ['first', 0],
    ['second', 200],
  ])(
    'who waits for the row of another, having begun %s, hears of it at once, and neither has it',
    async (_, beginsMs) => {
      const { told, committed } = await transacting(
        async (db, tell) => {
          const put = (n: number, beginsMs: number, goesMs: number): Promise<void> =>
            wait(beginsMs)
              .then(() =>
                db.transaction(async (tx) => {
                  await wait(goesMs);
                  await tx.put('t', { id: 'seed', n });
                  await wait(5000);
                }),
              )
              .catch((error: EddyError) => tell(`${n}: ${error.code} at ${Math.floor(Date.now() / 1000) % 60} s`));
          await Promise.all([put(2, 100, 0), put(3, beginsMs, 300)]);
        },
        ['db is refusing from 1 s to 2 s'],
      );
      expect(told).toEqual(['3: EDDY_CONNECTION at 1 s', '2: EDDY_CONNECTION at 5 s']);
      expect(committed).toEqual([]);
    },
  );

  test('while the answer of a commit is on its way: unknown, and there', async () => {
    const faults = ['1st send of p1: commit on db answers 3 s late', 'db is refusing from 1 s to 5 s'];
    const { end, committed, record } = await transacting(insertOne, faults);
    expect(end).toMatchObject({ code: 'EDDY_CONNECTION', data: { outcome: 'unknown' } });
    expect(committed).toEqual(['inserted t/1']);
    expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true, true]);
  });

  test('while the answer of a statement is on its way: rolled back, known', async () => {
    const faults = ['1st send of p1: insert into db.t answers 3 s late', 'db is refusing from 1 s to 2 s'];
    const { told, end, committed } = await transacting(
      (db, tell) => db.transaction(async (tx) => tell(await ending(tx.insert('t', { id: '1' })))),
      faults,
    );
    expect(told).toEqual(['EDDY_CONNECTION']);
    expect(end).toMatchObject({ code: 'EDDY_CONNECTION', data: { outcome: 'rolled back' } });
    expect(committed).toEqual([]);
  });

  test('in silence keeps its connections', async () => {
    const faults = ['1st send of p1: insert into db.t answers 3 s late', 'db is silent from 1 s to 2 s'];
    const { end, committed } = await transacting(insertOne, faults);
    expect([end, committed]).toEqual(['resolved', ['inserted t/1']]);
  });
});

test('who stands still until its connection is given up hears, when it goes on, that what waited for a row is lost', async () => {
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
  const ends: string[] = [];
  const holder = service('holder', uses, async ({ db }) => {
    await db.transaction(async (tx) => {
      await tx.put('t', { id: 'seed', n: 2 });
      await wait(200_000);
    });
  });
  const waiter = service('waiter', uses, async ({ db }) => {
    const fromMs = Date.now();
    await wait(1000);
    const put = ending(db.transaction((tx) => tx.put('t', { id: 'seed', n: 3 })));
    await wait(1000);
    await db.transaction((tx) => tx.get('t', 'seed'));
    ends.push(`${await put} at ${Math.floor((Date.now() - fromMs) / 1000)} s`);
  });
  const faults = ['work of waiter: pause of 90 s after get from db.t'];
  const record = await play({ uses, send: async () => {}, services: [holder, waiter], faults });
  expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true]);
  expect([ends, record.outcome]).toEqual([['EDDY_CONNECTION at 92 s'], 'quiet']);
});

describe('rows cross the border as copies', () => {
  test('changing what was handed out changes nothing', async () => {
    const { told } = await transacting(async (db, tell) => {
      const spoil = async (tx: Tx<Rows>): Promise<void> => {
        const [one, [other]] = [await tx.get('t', 'seed'), await tx.scan('t')];
        if (one?.deep) one.deep.n = 99;
        if (other?.deep) other.deep.n = 99;
      };
      await db.transaction(async (tx) => {
        await spoil(tx);
        tell(await tx.get('t', 'seed'));
      });
      tell(await db.transaction((tx) => tx.get('t', 'seed')));
    });
    expect(told).toEqual(Array.from({ length: 2 }, () => ({ id: 'seed', n: 1, deep: { n: 1 } })));
  });

  test('changing a row while its insert is on the way changes nothing', async () => {
    const { told } = await transacting((db, tell) =>
      db.transaction(async (tx) => {
        const row = { id: '1', deep: { n: 1 } };
        const inserting = tx.insert('t', row);
        row.deep.n = 2;
        await inserting;
        row.deep.n = 3;
        tell(await tx.get('t', '1'));
      }),
    );
    expect(told).toEqual([{ id: '1', deep: { n: 1 } }]);
  });
});

test.each(['insert', 'insertIfAbsent', 'put'] as const)('%s refuses a row without its key', async (how) => {
  const { told, committed } = await transacting(async (db, tell) => {
    for (const row of [{}, { id: null }, { id: undefined }])
      tell(await ending(db.transaction(async (tx) => void (await tx[how]('t', row as never)))));
    tell(await ending(db.transaction(async (tx) => void (await tx[how]('t', { id: '0' })))));
  });
  expect(told).toEqual([...Array.from({ length: 3 }, () => 'EDDY_NOT_NULL_VIOLATION'), 'resolved']);
  expect(committed).toEqual(['inserted t/0']);
});

describe('two processes', () => {
  const order = ['locker', 'waiter'] as const;
  const late = '1st start of waiter: insert into db.t takes 100 ms longer';
  const insertingTwice = (name: string, told: string[]) =>
    service(name, uses, async ({ db }) => {
      told.push(`${name} ${await ending(db.transaction((tx) => tx.insert('t', { id: 'k' })))}`);
    });

  test('fact 46: the second insert waits for the first commit, then raises', async () => {
    const told: string[] = [];
    const services = order.map((name) => insertingTwice(name, told));
    const faults = ['1st start of locker: commit on db takes 1 s longer', late];
    const { outcome } = await play({ uses, services, items: [], faults, send: async () => {} });
    expect(told.toSorted()).toEqual(['locker resolved', 'waiter EDDY_UNIQUE_VIOLATION']);
    expect(outcome).toBe('quiet');
  });

  test('fact 46: and goes on when the first one dies', async () => {
    const told: string[] = [];
    const services = order.map((name) => insertingTwice(name, told));
    const crash = '1st start of locker: crash after insert into db.t, before commit on db, restart after 5 s';
    const faults = [crash, late];
    await play({ uses, services, items: [], faults, send: async () => {} });
    expect(told).toEqual(['waiter resolved', 'locker EDDY_UNIQUE_VIOLATION']);
  });
});
