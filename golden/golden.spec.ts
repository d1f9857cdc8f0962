import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { builtIn } from '../scenarios/built-in.fixture.ts';
import { differences, digestOf, standing } from './digests.ts';

const golden = standing();
const HINT = 'runs of it have changed: say why in CHANGELOG.md, then npm run golden -- --because "words of that line"';

test.each(builtIn)('$name has its golden digest on this Node', async (shape) => {
  expect(await digestOf(shape), HINT).toBe(golden[shape.name]?.digest);
});

test('each golden digest is of a built-in scenario, and has its line in the changelog', () => {
  const changelog = readFileSync(new URL('../CHANGELOG.md', import.meta.url), 'utf8').replace(/\s+/g, ' ');
  expect(Object.keys(golden).toSorted()).toEqual(builtIn.map(({ name }) => name).toSorted());
  for (const { because } of Object.values(golden)) {
    expect(because).not.toBe('');
    expect(changelog).toContain(because);
  }
});

test('a digest that differs, is missing, or is nobody’s is told', () => {
  const stands = { a: { digest: '01', because: '' }, b: { digest: '02', because: '' } };
  expect(differences({ a: '01', b: '02' }, stands, 'v22')).toEqual([]);
  expect(differences({ a: '03', c: '04' }, stands, 'v22')).toEqual([
    'a is 03 on v22, and 01 in golden/digests.json',
    'c is 04 on v22, and not there in golden/digests.json',
    'b stands in golden/digests.json and is no built-in scenario',
  ]);
});
