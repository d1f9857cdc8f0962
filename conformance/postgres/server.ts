/** A PostgreSQL of its own, on loopback, in a temporary folder, with a port of its own; nothing is kept. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install, isRoot, type Ran, run } from '../debian.ts';
import { Unavailable } from '../side.ts';

export interface Server {
  readonly port: number;
  readonly version: string;
  stop(): void;
}

/** Debian keeps each major version's programs in a folder of its own. */
const VERSIONS = '/usr/lib/postgresql';

function programs(): string | undefined {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS) : [];
  return versions
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(VERSIONS, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')));
}

/** The server refuses to run as root; its package brings a user for it. */
function asServer(program: string, args: readonly string[]): Ran {
  return isRoot ? run('runuser', ['-u', 'postgres', '--', program, ...args]) : run(program, args);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function settings(port: number): string {
  const all = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    autovacuum: 'off',
    // Who waits in a circle is found as soon as it is looked for.
    deadlock_timeout: '10ms',
    // Rows that were read stay rows: many of one page would count as the page.
    max_pred_locks_per_page: 100,
  };
  return Object.entries(all)
    .map(([name, value]) => `-c ${name}='${value}'`)
    .join(' ');
}

/** @throws Unavailable */
export async function start(say: (line: string) => void): Promise<Server> {
  if (programs() === undefined) install('postgresql', say);
  const bin = programs();
  if (bin === undefined) throw new Unavailable(`postgresql is installed, but no initdb is under ${VERSIONS}`);
  const folder = mkdtempSync(join(tmpdir(), 'eddy-postgres-'));
  if (isRoot) run('chown', ['postgres', folder]);
  else chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  const pgCtl = (...args: string[]): Ran => asServer(join(bin, 'pg_ctl'), ['-D', data, ...args]);
  const stop = (): void => {
    process.off('exit', stop);
    pgCtl('-m', 'immediate', '-w', 'stop');
    rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', stop);
  const port = await freePort();
  const made = asServer(join(bin, 'initdb'), [
    '-D',
    data,
    '-A',
    'trust',
    '-U',
    'eddy',
    '-E',
    'UTF8',
    '--locale=C',
    '-N',
  ]);
  const started = made.ok ? pgCtl('-w', '-l', join(folder, 'log'), '-o', settings(port), 'start') : made;
  if (!started.ok) {
    stop();
    throw new Unavailable(`PostgreSQL did not start: ${started.out.trim().split('\n').at(-1)}`);
  }
  const version = run(join(bin, 'postgres'), ['--version']).out.trim();
  return { port, version, stop };
}
