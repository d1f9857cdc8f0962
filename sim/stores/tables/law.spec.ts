import { describe, expect, test } from 'vitest';
import { History } from '../../history/history.ts';
import { tablesReplayed } from './law.ts';
import { database } from './table.fixture.ts';

type Recorded = readonly [component: string, kind: string, id: string, n?: number];

/** What the law says of a store that holds rows 1 and 2, where such changes have been recorded. */
function judged(...recorded: readonly Recorded[]): string | undefined {
  const history = new History();
  for (const [component, kind, id, n = 1] of recorded)
    history.record(0, 'w/0', kind, { component, channels: ['t'], value: { id, n }, about: { key: id } }, []);
  const rows = [
    { id: '1', n: 1 },
    { id: '2', n: 1 },
  ];
  return tablesReplayed('db', database({ rows }), history);
}

const SEEDED: readonly Recorded[] = [
  ['db', 'seeded', '1'],
  ['db', 'inserted', '2', 5],
  ['db', 'updated', '2'],
];

describe('the rows of a store are what its recorded changes make them', () => {
  test('holds, whatever other stores and other things tell', () => {
    expect(judged(...SEEDED)).toBe(undefined);
    expect(judged(...SEEDED, ['other', 'updated', '1', 9], ['other', 'deleted', '2'], ['db', 'tried', '1', 9])).toBe(
      undefined,
    );
    expect(judged(...SEEDED, ['db', 'inserted', '3'], ['db', 'deleted', '3'])).toBe(undefined);
  });

  test.each<[what: string, more: readonly Recorded[], said: RegExp]>([
    ['a value that differs', [['db', 'updated', '1', 2]], /row t\/1 is not what its commits make it/],
    ['a row that should have gone', [['db', 'deleted', '2']], /row t\/2 is not what its commits make it/],
    ['a row that should be there', [['db', 'inserted', '3']], /3 rows by its commits, 2 in its tables/],
  ])('tells %s', (_what, more, said) => {
    expect(judged(...SEEDED, ...more)).toMatch(said);
  });
});
