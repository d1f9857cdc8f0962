import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FLIPS } from './flips.ts';

test('what each fact turns round stands in its file, once', () => {
  const stale = FLIPS.filter(({ file, from }) => {
    return readFileSync(join(import.meta.dirname, '..', file), 'utf8').split(from).length !== 2;
  });
  expect(stale.map(({ fact, from }) => `${fact}: ${from}`)).toEqual([]);
});
