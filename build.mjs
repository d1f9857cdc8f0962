// Makes dist/, what is published: JavaScript and declarations of the rooms that users need. TypeScript's compiler writes most of
// it; here follow the files that are plain JavaScript already, and the endings that it leaves as they are.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PLAIN = [
  'cli/bin.js',
  'cli/supervise.js',
  'cli/register.js',
  'cli/hooks.js',
  'properties/runner/cold-worker.mjs',
  'properties/runner/crew/thread.mjs',
];
const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));

rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });

/** `./thread.ts` of a sibling is `./thread.js` here. */
const compiled = (text) => text.replace(/(['"](?:\.{1,2}|cli)\/[^'"]*)\.ts(['"])/g, '$1.js$2');

for (const path of PLAIN) {
  mkdirSync(join('dist', dirname(path)), { recursive: true });
  writeFileSync(join('dist', path), compiled(readFileSync(path, 'utf8')));
}
for (const path of readdirSync('dist', { recursive: true })) {
  if (!path.endsWith('.d.ts')) continue;
  const file = join('dist', path);
  writeFileSync(file, compiled(readFileSync(file, 'utf8')));
}
// What asks for its version, or whether it is ESM, finds it one folder up, as in the sources.
writeFileSync('dist/package.json', `${JSON.stringify({ name, version, type: 'module', private: true }, null, 2)}\n`);
