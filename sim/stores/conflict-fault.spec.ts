import { describe, expect, test } from 'vitest';
import { fittingOperation } from '../faults/fitting.ts';
import { inWorlds, simulate } from '../simulate.ts';
import { ending, entriesOf, play } from '../world.fixture.ts';
import { tables, type TablesPort, type Tx } from './tables.ts';

type Rows = { t: { id: string } };
const uses = { db: tables<Rows>('db', { t: { key: 'id', rows: [{ id: 'seed' }], sequences: ['ids'] } }) };
type Isolation = NonNullable<Parameters<TablesPort<Rows>['transaction']>[1]>['isolation'];

const WORK = {
  'get from db.t': (tx: Tx<Rows>) => tx.get('t', 'seed'),
  'scan of db.t': (tx: Tx<Rows>) => tx.scan('t', { forUpdate: 'wait' }),
  'put into db.t': (tx: Tx<Rows>) => tx.put('t', { id: 'seed' }),
  'insert into db.t': (tx: Tx<Rows>) => tx.insert('t', { id: 'new' }),
  'delete from db.t': (tx: Tx<Rows>) => tx.delete('t', 'seed'),
  'next of ids': (tx: Tx<Rows>) => tx.next('ids'),
};
type Phrase = keyof typeof WORK | 'commit on db';

/** Runs all statements with this one conflicting, then all again; how both ended, and what became of the fault. */
async function conflicting(phrase: Phrase, isolation: Isolation) {
  const ends: string[] = [];
  const record = await play({
    uses,
    faults: [`1st send of p1: ${phrase} conflicts`],
    send: async (_item, { db }) => {
      for (let n = 0; n < 2; n++) {
        const work = async (tx: Tx<Rows>): Promise<void> => {
          await tx.put('t', { id: `before ${n}` });
          for (const statement of Object.values(WORK)) await statement(tx);
          await tx.delete('t', 'new');
        };
        ends.push(await ending(db.transaction(work, isolation && { isolation })));
      }
    },
  });
  const [fault] = record.faults;
  const rows = entriesOf(record, 'inserted').map(({ data }) => (data as { value: { id: string } }).value.id);
  return { ends, rows, fault: fault?.tookEffect ? 'took effect' : fault?.reached ? 'no effect' : 'not reached' };
}

const STRUCK = { ends: ['EDDY_SERIALIZATION', 'resolved'], rows: ['before 1'], fault: 'took effect' };
const SPARED = { ends: ['resolved', 'resolved'], rows: ['before 0', 'before 1'], fault: 'no effect' };

describe('a conflict strikes where PostgreSQL may refuse, and rolls back; run again, the work succeeds', () => {
  const all: readonly Phrase[] = [...(Object.keys(WORK) as Phrase[]), 'commit on db'];
  test.each(all)('read committed: %s never', async (phrase) => {
    expect(await conflicting(phrase, undefined)).toEqual(SPARED);
  });

  test.each(all)('repeatable read: %s only where it locks a row that was there', async (phrase) => {
    const locks = ['scan of db.t', 'put into db.t', 'delete from db.t'].includes(phrase);
    const { ends, fault, rows } = await conflicting(phrase, 'repeatable read');
    expect({ ends, fault, rows }).toEqual(locks ? STRUCK : SPARED);
  });

  test.each(all)('serializable: %s unless it meets no row', async (phrase) => {
    expect(await conflicting(phrase, 'serializable')).toEqual(phrase === 'next of ids' ? SPARED : STRUCK);
  });
});

test('a random rule and the search draw conflicts at those sites only', async () => {
  const sites = async (isolation: Isolation): Promise<readonly string[]> => {
    const workload = {
      uses,
      key: (item: string) => item,
      send: async (_item: string, { db }: { db: TablesPort<Rows> }) =>
        db.transaction(async (tx) => void (await WORK['put into db.t'](tx)), isolation && { isolation }),
    };
    const record = await inWorlds(() =>
      simulate({ services: [], workload: workload as never }, ['p1'], { seed: 1, plan: [], recordSites: true }),
    );
    return record.sites.flatMap((site) =>
      site.what === 'operation' && fittingOperation(site, new Set(['conflict'])).length > 0
        ? [site.operation.phrase]
        : [],
    );
  };
  expect(await sites('read committed')).toEqual([]);
  expect(await sites('repeatable read')).toEqual(['put into db.t']);
  expect(await sites('serializable')).toEqual(['put into db.t', 'commit on db']);
});
