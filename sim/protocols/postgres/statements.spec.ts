import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPlainBegin, type Statement, statementsOf } from './statements.ts';

const told = ({ verb, table, writes }: Statement): string => `${verb} ${table ?? '-'}${writes ? ' writes' : ''}`;

test.each([
  ['insert into charges (id) values ($1)', 'insert charges writes'],
  ['INSERT INTO public."Charges" VALUES (1)', 'insert Charges writes'],
  ['insert into billing.charges select * from u', 'insert billing.charges writes'],
  ['update only t set a = 1', 'update t writes'],
  ['delete from t using u where t.id = u.id', 'delete t writes'],
  ['merge into t using u on true when matched then delete', 'merge t writes'],
  ['truncate table only a, b', 'truncate a writes'],
  ['copy t (a, b) from stdin', 'copy in t writes'],
  ['copy t to stdout', 'other - writes'],
  ['select * from t where a = 1', 'select t'],
  ['select extract(epoch from now()) from t', 'select t'],
  ['select a is distinct from b from t', 'select t'],
  ['select * from (select * from t) x', 'select t'],
  ['table t', 'select t'],
  ['select 1', 'select -'],
  ['select now()', 'select -'],
  ['select enqueue(1)', 'select - writes'],
  ['select * from next_jobs(5)', 'select - writes'],
  ['select * from jobs.next_jobs(5)', 'select - writes'],
  ['select * from jobs.next_jobs', 'select jobs.next_jobs'],
  ['select * from generate_series(1, 3) n', 'select -'],
  ['create table t (id int)', 'other - writes'],
  ['do $$ begin delete from t; end $$', 'other - writes'],
  [
    'with due as (select * from outbox for update skip locked) update outbox o set sent = true from due returning o.*',
    'update outbox writes',
  ],
  ['with gone as (delete from jobs returning *) select * from gone', 'delete jobs writes'],
  ['with x as (select * from t) select * from x', 'select t'],
  ['begin', 'begin -'],
  ['start transaction isolation level serializable', 'begin -'],
  ['commit and chain', 'commit -'],
  ['end', 'commit -'],
  ['abort', 'rollback -'],
  ['rollback to savepoint a', 'savepoint -'],
  ['rollback work to a', 'savepoint -'],
  ['set local x = 1', 'session -'],
  ['set x = 1', 'setting -'],
  ['listen jobs', 'listen jobs'],
])('%s', (sql, expected) => {
  expect(statementsOf(sql).map(told)).toEqual([expected]);
});

test.each([
  ["select ';' ; select $$a;b$$; select $x$;$$;$x$", 3],
  ["select e'\\';'; select 'a'';'", 2],
  ["select '\\'; select 1", 2],
  ['-- ;\n/* ; /* ; */ ; */ select 1;;', 1],
  ['select ";" from "a;b"', 1],
  ['create function f() returns int begin atomic select case when true then 1 end; select 2; end; select 1', 2],
  ['create rule r as on insert to t do also (insert into u values (1); delete from v)', 1],
  ['select $1; select $2', 2],
  ['', 0],
])('%s: so many statements', (sql, count) => {
  expect(statementsOf(sql)).toHaveLength(count);
});

test('any text is cut, and the pieces are of it, in order', () => {
  const pieces = fc.constantFrom(
    "'",
    '"',
    '$$',
    '$a$',
    '/*',
    '*/',
    '--',
    '\n',
    ';',
    '(',
    ')',
    'select',
    'from',
    'with',
    'as',
    't',
    'e',
    '\\',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 30 }), (parts) => {
      const sql = parts.join('');
      let at = 0;
      for (const { text } of statementsOf(sql)) {
        at = sql.indexOf(text, at);
        expect(at).toBeGreaterThanOrEqual(0);
        at += text.length;
      }
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['begin', true],
  ['BEGIN TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY', true],
  ['start transaction', true],
  ['begin isolation level mad', false],
  ['begin; select 1', false],
  ['begin transaction deferrable', false],
])('%s may be put off: %s', (sql, expected) => {
  expect(isPlainBegin(statementsOf(sql))).toBe(expected);
});
