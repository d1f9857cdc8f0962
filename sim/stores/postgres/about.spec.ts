/** Which operation a piece of a conversation is. */
import { describe, expect, test } from 'vitest';
import { statementsOf } from '../../protocols/postgres/statements.ts';
import { aboutOf, type Standing } from './about.ts';

const outside: Standing = { isOpen: false, hasFailed: false, written: new Set(), isolation: 'read committed' };
const inside = (o: Partial<Standing> = {}): Standing => ({ ...outside, isOpen: true, ...o });
const about = (sql: string, standing: Standing = outside) => aboutOf('db', statementsOf(sql), standing);
const wrote = (...tables: string[]): Standing => inside({ written: new Set(tables) });

describe('outside a transaction', () => {
  test.each([
    ['INSERT INTO a VALUES (1)', 'insert into db.a', 'commit', 'db.a'],
    ['UPDATE a SET x = 1', 'update of db.a', 'commit', 'db.a'],
    ['DELETE FROM a', 'delete from db.a', 'commit', 'db.a'],
    ['TRUNCATE a', 'truncate of db.a', 'commit', 'db.a'],
    ['SELECT * FROM a', 'select from db.a', 'statement', 'db.a'],
    ['SELECT unheard_of()', 'statement on db', 'commit', 'db'],
    ['SELECT * FROM a; INSERT INTO b VALUES (1)', 'insert into db.b', 'commit', 'db.b'],
    ['INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)', 'insert into db.a', 'commit', 'db.a'],
    ['BEGIN; INSERT INTO a VALUES (1)', 'insert into db.a', 'statement', 'db.a'],
    ['BEGIN; INSERT INTO a VALUES (1); COMMIT', 'commit on db', 'commit', 'db.a'],
    ['BEGIN; INSERT INTO a VALUES (1); ROLLBACK', 'rollback on db', 'statement', ''],
    ['BEGIN; INSERT INTO a VALUES (1); ROLLBACK; COMMIT', 'rollback on db', 'statement', ''],
    ['BEGIN; COMMIT; BEGIN; ROLLBACK', 'commit on db', 'statement', ''],
    ['BEGIN; ROLLBACK; BEGIN; INSERT INTO a VALUES (1); COMMIT', 'commit on db', 'commit', 'db.a'],
  ])('%s is %s', (sql, phrase, kind, touches) => {
    expect(about(sql)).toMatchObject({ phrase, class: kind, touches, mayConflict: false });
  });

  test.each(['BEGIN', 'COMMIT', 'ROLLBACK', 'SELECT 1', 'SET x = 1', 'LISTEN a', ''])('%s is none', (sql) => {
    expect(about(sql)).toBeUndefined();
  });
});

describe('in a transaction', () => {
  test('the first that writes or reads is a statement, and what it may change is remembered by the commit', () => {
    expect(about('INSERT INTO a VALUES (1)', inside())).toMatchObject({ class: 'statement', ends: undefined });
    expect(about('COMMIT', wrote('b', ''))).toMatchObject({ class: 'commit', touches: 'db.b db', ends: 'commit' });
    expect(about('INSERT INTO a VALUES (1); COMMIT', wrote('b'))).toMatchObject({ touches: 'db.b db.a' });
  });

  test('its end is no commit where nothing was written, where it has failed, or where it is rolled back', () => {
    expect(about('COMMIT', inside())).toMatchObject({ class: 'statement', touches: '', ends: 'commit' });
    expect(about('COMMIT', { ...wrote('a'), hasFailed: true })).toMatchObject({ class: 'statement', ends: 'commit' });
    expect(about('ROLLBACK', wrote('a'))).toMatchObject({ phrase: 'rollback on db', class: 'statement' });
  });

  test.each([
    ['read committed', 'UPDATE a SET x = 1', false],
    ['repeatable read', 'UPDATE a SET x = 1', true],
    ['repeatable read', 'SELECT * FROM a FOR UPDATE', true],
    ['repeatable read', 'SELECT * FROM a', false],
    ['serializable', 'SELECT * FROM a', true],
    ['read committed', 'COMMIT', false],
    ['repeatable read', 'COMMIT', false],
    ['serializable', 'COMMIT', true],
    ['serializable', 'ROLLBACK', false],
  ] as const)('%s: may %s conflict? %s', (isolation, sql, mayConflict) => {
    expect(about(sql, { ...wrote('a'), isolation })?.mayConflict).toBe(mayConflict);
  });

  test('a read outside one conflicts with nobody', () => {
    expect(about('SELECT * FROM a', { ...outside, isolation: 'serializable' })?.mayConflict).toBe(false);
  });
});

test('a component whose name is no word is quoted in the phrase alone', () => {
  const [phrase, touches] = (['phrase', 'touches'] as const).map(
    (each) => aboutOf('my db', statementsOf('SELECT * FROM a'), outside)?.[each],
  );
  expect([phrase, touches]).toEqual(['select from "my db".a', 'my db.a']);
});
