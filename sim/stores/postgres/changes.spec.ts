/** What the database tells of its rows, in pieces; what rows are called that have no key; who has the one session. */
import { expect, test } from 'vitest';
import { notification } from '../../protocols/postgres/backend.ts';
import { History } from '../../history/history.ts';
import { World } from '../../kernel/world.ts';
import { type Change, ChangeReader } from './changes.ts';
import { Gate } from './gate.ts';
import { RowKeys } from './keys.ts';
import { statementsOf } from '../../protocols/postgres/statements.ts';
import { configuredBy, settingsOf } from './settings.ts';

test('a change comes in one piece or in several', () => {
  const reader = new ChangeReader();
  const read = (payload: string) => reader.read({ type: 'A', bytes: notification(7, '_eddy', payload) });
  const update = JSON.stringify(['a', 'updated', '1', '0', { text: 'x.y+z' }, { text: 'w' }]);
  expect([read(`1+${update.slice(0, 9)}`), read(`2+${update.slice(9, 20)}`)]).toEqual([{}, {}]);
  expect(read(`3.${update.slice(20)}`)).toEqual({
    change: {
      table: 'a',
      kind: 'updated',
      key: '1',
      keyBefore: '0',
      row: { text: 'x.y+z' },
      rowBefore: { text: 'w' },
    },
  });
  expect(read('4.["schema"]')).toEqual({ isAltered: true });
  expect(read('5.["schema","inserted",null,null,{"n":1},null]')).toEqual({
    change: { table: 'schema', kind: 'inserted', row: { n: 1 } },
  });
});

test('a row without a key has a number that goes with what it holds, the oldest of equal ones first', () => {
  const keys = new RowKeys();
  const change = (kind: Change['kind'], n: number, before?: number, table = 'a'): string =>
    keys.of({
      table,
      kind,
      key: undefined,
      keyBefore: undefined,
      row: { n },
      rowBefore: before === undefined ? undefined : { n: before },
    });
  expect([change('seeded', 1), change('inserted', 1), change('inserted', 1, undefined, 'b')]).toEqual([
    'row 1',
    'row 2',
    'row 3',
  ]);
  expect([change('updated', 2, 1), change('updated', 3, 2), change('deleted', 3)]).toEqual(['row 1', 'row 1', 'row 1']);
  expect([change('deleted', 1), change('deleted', 1, undefined, 'b')]).toEqual(['row 2', 'row 3']);
  // One that nobody has told of before.
  expect([change('deleted', 9), change('updated', 9, 8), change('deleted', 9)]).toEqual(['row 4', 'row 5', 'row 5']);
  expect(keys.of({ table: 'a', kind: 'updated', key: 'k', keyBefore: 'k', row: {}, rowBefore: undefined })).toBe('k');
});

test('one has the session until it lets it go; the others come in turn, but for those that have left', () => {
  const gate = new Gate<string>(new World(1, new History()));
  const came: string[] = [];
  const take = (who: string): void => gate.take(who, undefined, () => came.push(who));
  for (const who of ['a', 'a', 'b', 'c', 'd']) take(who);
  expect([came, gate.holder, gate.waiting]).toEqual([['a', 'a'], 'a', ['b', 'c', 'd']]);
  gate.release('b');
  gate.leave('c');
  expect([gate.holder, gate.waiting]).toEqual(['a', ['b', 'd']]);
  gate.release('a');
  expect([came, gate.holder]).toEqual([['a', 'a', 'b'], 'b']);
  gate.release('b');
  gate.release('d');
  expect([came, gate.holder, gate.waiting]).toEqual([['a', 'a', 'b', 'd'], undefined, []]);
});

test('who lets it go at once lets the next one in', () => {
  const gate = new Gate<string>(new World(1, new History()));
  const came: string[] = [];
  gate.take('a', undefined, () => {});
  for (const who of ['b', 'c'])
    gate.take(who, undefined, () => {
      came.push(who);
      gate.release(who);
    });
  gate.release('a');
  expect([came, gate.holder]).toEqual([['b', 'c'], undefined]);
});

test.each<[sql: string, names: string[]]>([
  ["SELECT set_config('app.tenant', $1, false)", ['app.tenant']],
  ["select SET_CONFIG ( 'a', coalesce($1, 'x'), true), set_config('b', 'y', FALSE)", ['b']],
  ["SELECT set_config('a', 'b', $2), set_config('c', 'd', true)", ['a']],
  ["SELECT 'set_config(''a'', 1, false)'", []],
])('settings that outlast their transaction are told by the words: %s', (sql, names) => {
  expect(statementsOf(sql).flatMap((each) => configuredBy(each))).toEqual(names);
});

test('settings that a client asks for as it connects become statements', () => {
  const set = (name: string, value: string): string => `SELECT set_config('${name}', '${value}', false)`;
  const asked = (options: Record<string, string>): string[] => settingsOf(new Map(Object.entries(options)));
  expect(
    asked({ user: 'u', database: 'd', client_encoding: 'UTF8', application_name: 'x', replication: 'no' }),
  ).toEqual([]);
  expect(asked({ TimeZone: "o'clock", 'b;d': 'x' })).toEqual([set('TimeZone', "o''clock")]);
  expect(asked({ options: String.raw`-c search_path=a\ b --lock-timeout=5 -cx.y=\\z` })).toEqual([
    set('search_path', 'a b'),
    set('lock_timeout', '5'),
    set('x.y', '\\z'),
  ]);
});
