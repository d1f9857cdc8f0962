import { expect, test } from 'vitest';
import { extensionsIn } from './extensions.ts';

test('extensions that migrations ask for are found by name, each once, in no comment and no text', () => {
  const sql = [
    'CREATE EXTENSION IF NOT EXISTS "uuid-ossp"; create extension citext with schema public;',
    `-- CREATE EXTENSION hstore\nSELECT 'CREATE EXTENSION ltree'; CREATE TABLE extension (a int); DROP EXTENSION lo`,
    'CREATE EXTENSION citext; CREATE EXTENSION "if"; CREATE EXTENSION',
  ];
  const found = extensionsIn(sql.map((text, n) => ({ name: `${n}.sql`, sql: text })));
  expect(found).toEqual(['uuid-ossp', 'citext', 'if']);
});
