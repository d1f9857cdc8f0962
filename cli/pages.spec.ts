/** Commands on the pages, run in the project's folder: they print what the pages show. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allPages, blocksOf, notPrinted, ROOT, typed } from '../docs/pages.fixture.ts';

/** For a machine with much else to do. */
const LIMIT_MS = 300_000;
/** Followed in a folder of its own. */
const ELSEWHERE = ['docs/tutorial.md'];

const commands = allPages()
  .filter(({ path }) => !ELSEWHERE.includes(path))
  .flatMap((page) =>
    blocksOf(page)
      .filter(({ language }) => language === 'console')
      .map((block) => ({ path: page.path, ...typed(block) })),
  );

/** Some stand on two pages. */
const ran = new Map<string, SpawnSyncReturns<string>>();

function run(words: string): SpawnSyncReturns<string> {
  const out = words.startsWith('run ') ? ['--out', mkdtempSync(join(tmpdir(), 'eddy-docs-'))] : [];
  const env = { ...process.env, NO_COLOR: '1' };
  return spawnSync(process.execPath, ['cli/bin.js', ...words.split(' '), ...out], { cwd: ROOT, encoding: 'utf8', env });
}

test.each(commands)(
  '$path: $command',
  ({ command, shown }) => {
    const words = command.replace(/^(npx eddy|npm run -s eddy --) /, '');
    expect(words).not.toBe(command);
    const result = ran.get(words) ?? run(words);
    ran.set(words, result);
    const { stdout, stderr, status } = result;
    expect({ notPrinted: notPrinted(shown, stdout), of: stdout + stderr }).toMatchObject({ notPrinted: [] });
    expect(status).toBe(shown.some((line) => /^ *✗|reproduced/.test(line)) ? 1 : 0);
  },
  LIMIT_MS,
);
