/** Programs that come as Debian packages. */
import { spawnSync } from 'node:child_process';
import { Unavailable } from './side.ts';

export interface Ran {
  readonly ok: boolean;
  readonly out: string;
}

/** Runs a program to its end. */
export function run(program: string, args: readonly string[]): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  return { ok: status === 0, out: error ? error.message : `${stdout}${stderr}` };
}

/** Whether this process may install packages and change its user. */
export const isRoot = process.getuid?.() === 0;

/**
 * Installs a package.
 * @throws Unavailable
 */
export function install(name: string, say: (line: string) => void): void {
  if (!isRoot) throw new Unavailable(`${name} is not installed, and only root can install it: apt-get install ${name}`);
  say(`installing ${name}`);
  run('apt-get', ['update', '-qq']);
  const installed = run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name]);
  if (installed.ok) return;
  const why = installed.out.trim().split('\n').at(-1);
  throw new Unavailable(`${name} could not be installed by apt-get: ${why}`);
}
