/** docs/reference.md and docs/command-line.md are what the sources say. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportsOf } from './api.ts';
import { commandLine } from './generate/commands.ts';
import { entries, reference } from './reference.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGE = 'docs/reference.md';

test.each([
  [PAGE, reference],
  ['docs/command-line.md', commandLine],
])('%s is up to date: npm run docs writes it', (page, written) => {
  const { stdout } = spawnSync(join(ROOT, 'node_modules/.bin/biome'), ['format', `--stdin-file-path=${page}`], {
    cwd: ROOT,
    input: written(),
    encoding: 'utf8',
  });
  expect(readFileSync(join(ROOT, page), 'utf8')).toBe(stdout);
});

test('it holds what every entry point exports, each with words and a signature', () => {
  const text = readFileSync(join(ROOT, PAGE), 'utf8');
  const names = entries().flatMap(({ file }) => exportsOf(file).map(({ name }) => name));
  expect(names).toEqual(expect.arrayContaining(['scenario', 'effectOnce', 'chaos', 'rabbit', 'kafka', 'postgres']));
  expect(names.filter((name) => !text.includes(`### ${name}\n\n`))).toEqual([]);
  expect(text).not.toMatch(/### \w+\n\n(```|- )/);
});

test('a function is shown without its body, a class with what can be seen of it', () => {
  const all = exportsOf('index.ts');
  const signatureOf = (name: string): string | undefined => all.find((each) => each.name === name)?.signature;
  expect(signatureOf('effectOnce')).toBe(
    'function effectOnce(effect: Keyed<unknown>, o: { name?: string } = {}): Property;',
  );
  expect(signatureOf('EddyError')).toContain('  readonly code: string;\n');
  expect(signatureOf('virtualTime')).toBe('const virtualTime: SchedulerLike;');
});
