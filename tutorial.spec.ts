/** The tutorial, followed to the letter in an empty folder: its files, its commands, and what they print. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type UsersFolder, usersFolder } from './package.fixture.ts';
import { version } from './reports/project.ts';
import { type Block, blocksOf, edited, notPrinted, page, typed } from './docs/pages.fixture.ts';

/** For a machine with much else to do. */
const LIMIT_MS = 600_000;

/** What making the folder has done: the registry is not asked, the packed package is what is installed. */
const DONE = [/^npm init -y$/, /^npm install /];

let user: UsersFolder;
beforeAll(() => {
  user = usersFolder();
}, LIMIT_MS);

const blocks = blocksOf(page('docs/tutorial.md'));
const failed: string[] = [];

test('there is something to follow', () => {
  const languages = new Set(blocks.map(({ language }) => language));
  expect([...languages].toSorted()).toEqual(['console', 'diff', 'sh', 'ts']);
  expect(blocks.length).toBeGreaterThan(12);
  expect(page('docs/tutorial.md').text).toContain(`/eddy-${version()}.tgz `);
});

test.each(blocks.map((block, n) => ({ n: n + 1, name: titleOf(block), block })))(
  'block $n: $name',
  ({ n, block }) => {
    if (failed.length > 0) throw new Error(`${failed[0]} went wrong, so this cannot be followed`);
    failed.push(`block ${n}`);
    follow(block);
    failed.pop();
  },
  LIMIT_MS,
);

function titleOf({ language, file, text }: Block): string {
  return file === '' ? (text.split('\n')[0] ?? '') : `${language} ${file}`;
}

function follow(block: Block): void {
  const path = join(user.folder, block.file);
  switch (block.language) {
    case 'ts':
      mkdirSync(dirname(path), { recursive: true });
      return writeFileSync(path, block.text);
    case 'diff':
      return writeFileSync(path, edited(readFileSync(path, 'utf8'), block.text));
    case 'sh':
      for (const command of block.text
        .trim()
        .split('\n')
        .filter((line) => !DONE.some((done) => done.test(line))))
        expect([command, user.sh(command).status]).toEqual([command, 0]);
      return;
    default:
      return see(block);
  }
}

/** A command that shows a failure says so by its exit code too. */
function see(block: Block): void {
  const { command, shown } = typed(block);
  const { stdout, stderr, status } = user.sh(command);
  expect({ notPrinted: notPrinted(shown, stdout), of: stdout + stderr }).toMatchObject({ notPrinted: [] });
  expect(status).toBe(shown.some((line) => /^✗|reproduced/.test(line)) ? 1 : 0);
}
