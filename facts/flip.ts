/**
 * Flips each fact in a copy of the project and runs the specs that must notice: `npm run flip-facts [-- FACT...]`. Ends with 1
 * when a flip survives, or applies no more.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Flip, FLIPS } from './flips.ts';

const ROOT = join(import.meta.dirname, '..');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');
const LEFT_OUT = new Set(['node_modules', '.git', 'eddy-report', 'coverage']);
const wanted = process.argv.slice(2).map(Number);

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

function copyOfProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'eddy-flip-'));
  cpSync(ROOT, copy, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** The tests of the fact that fail with the flip; nothing when it does not apply. */
function failing(copy: string, flip: Flip): readonly string[] | undefined {
  const path = join(copy, flip.file);
  const text = readFileSync(path, 'utf8');
  if (text.split(flip.from).length !== 2) return undefined;
  writeFileSync(
    path,
    text.replace(flip.from, () => flip.to),
  );
  const report = join(copy, 'flip.json');
  rmSync(report, { force: true });
  const args = ['run', ...specsOf(copy, flip), '-t', String.raw`fact ${flip.fact}\b`];
  spawnSync(process.execPath, [VITEST, ...args, '--reporter=json', `--outputFile=${report}`], {
    cwd: copy,
    stdio: 'ignore',
    timeout: 180_000,
  });
  writeFileSync(path, text);
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  );
}

/** The specs that name the fact. */
function specsOf(copy: string, { specs, fact }: Flip): string[] {
  const names = new RegExp(`\\bfact ${fact}\\b`);
  return readdirSync(join(copy, specs), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.spec.ts') && names.test(readFileSync(join(copy, specs, name), 'utf8')))
    .map((name) => join(specs, name));
}

const copy = copyOfProject();
let survived = 0;
try {
  for (const flip of FLIPS) {
    if (wanted.length > 0 && !wanted.includes(flip.fact)) continue;
    const failed = failing(copy, flip);
    const says = !failed
      ? 'DOES NOT APPLY'
      : failed.length === 0
        ? 'SURVIVED'
        : `${failed.length} failed: ${failed[0]}`;
    if (!failed?.length) survived++;
    const what = `${flip.file}: ${flip.from.split('\n')[0]?.trim().slice(0, 50)}`;
    process.stdout.write(`fact ${String(flip.fact).padEnd(3)} ${what}\n         ${says}\n`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.stdout.write(`${survived} of ${FLIPS.length} flips went unnoticed\n`);
if (survived > 0) process.exitCode = 1;
