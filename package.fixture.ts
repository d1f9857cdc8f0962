/** A folder of a user's: the packed package is installed there, and of this project's own packages those that it may ask for. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PROJECT = import.meta.dirname;
const manifest = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
  bin: Record<string, string>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
};

export interface Packed {
  readonly tarball: string;
  readonly files: readonly string[];
  readonly bytes: number;
}

export interface UsersFolder {
  readonly folder: string;
  readonly packed: Packed;
  /** As typed there. */
  sh(command: string): SpawnSyncReturns<string>;
}

/** @param extra packages beside Eddy's own dependencies and peers */
export function usersFolder(extra: readonly string[] = []): UsersFolder {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'eddy-user-')));
  const sh = shellIn(folder);
  sh('npm init -y');
  const packed = pack(folder);
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  sh(`tar -xzf ${packed.tarball} && mv package node_modules/eddy`);
  for (const name of [...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }), ...extra]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules', name), join(modules, name));
  }
  const bins = { vitest: '../vitest/vitest.mjs', eddy: `../eddy/${manifest.bin['eddy']}` };
  for (const [name, path] of Object.entries(bins)) symlinkSync(path, join(modules, '.bin', name));
  chmodSync(join(modules, 'eddy', manifest.bin['eddy'] as string), 0o755);
  return { folder, packed, sh };
}

function shellIn(cwd: string): UsersFolder['sh'] {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1', CI: '1' };
  // What npm and vitest tell their children is not what a user's shell holds.
  for (const name of Object.keys(env))
    if (/^(npm_|INIT_CWD$|VITEST|TEST$|NODE_OPTIONS$|TZ$|NODE_ENV$)/.test(name)) delete env[name];
  return (command) => spawnSync('sh', ['-c', command], { cwd, env, encoding: 'utf8', maxBuffer: 2 ** 26 });
}

function pack(into: string): Packed {
  const made = spawnSync('npm', ['pack', '--json', '--silent', '--pack-destination', into], {
    cwd: PROJECT,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`npm pack failed: ${made.stderr}`);
  const [one] = JSON.parse(made.stdout.slice(made.stdout.indexOf('[\n'))) as {
    filename: string;
    size: number;
    files: { path: string }[];
  }[];
  if (!one) throw new Error('npm pack told of no package');
  return { tarball: join(into, one.filename), bytes: one.size, files: one.files.map(({ path }) => path) };
}
