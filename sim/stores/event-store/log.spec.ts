/** Names of streams: what stands for many of them. The log itself is held against a model in model.property.spec.ts. */
import { expect, test } from 'vitest';
import { categoryOf, EventLog, namesStream } from './log.ts';

test.each([
  ['account-17', 'account'],
  ['a-1-2', 'a'],
  ['-1', '-1'],
  ['account', 'account'],
])('the category of %s is %s', (stream, category) => {
  expect(categoryOf(stream)).toBe(category);
});

test.each<[string | undefined, string[]]>([
  [undefined, ['account-17', 'account-1', 'my.account-17', 'ledger']],
  ['account-', ['account-17', 'account-1']],
  ['account-1', ['account-17', 'account-1']],
  ['*-17', ['account-17', 'my.account-17']],
  ['account-*', ['account-17', 'account-1']],
  ['*.*-17', ['my.account-17']],
  ['*', ['account-17', 'account-1', 'my.account-17', 'ledger']],
  ['ledge', ['ledger']],
  ['*edge', []],
])('%s names %j', (pattern, named) => {
  const names = namesStream(pattern);
  expect(['account-17', 'account-1', 'my.account-17', 'ledger'].filter(names)).toEqual(named);
});

test('positions leave room for each event and for each append, and what lies behind one is found', () => {
  const log = new EventLog();
  const draft = { event: {}, lineage: '' };
  log.append('a', [draft, draft], 'none');
  expect(log.append('a', [], 2)).toEqual([]);
  log.append('b', [draft], 0);
  expect(log.all.map(({ recorded }) => recorded.position)).toEqual([15n, 25n, 40n]);
  expect([0n, 14n, 15n, 30n, 40n].map((position) => log.indexBehind(position))).toEqual([0, 0, 1, 2, 3]);
  expect([log.read('a'), log.read('a', 2), log.read('a', 0), log.read('a', 3)].map(({ length }) => length)).toEqual([
    2, 1, 2, 0,
  ]);
});
