/** Where this project is, what it is called, and whether a folder is within it. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECT = resolve(fileURLToPath(new URL('..', import.meta.url)));

export function version(): string {
  const { version: found } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
  return found;
}

/** In the project's folder, or below it. */
export function inProject(folder: string): boolean {
  const from = relative(real(PROJECT), real(folder));
  return !isAbsolute(from) && from !== '..' && !from.startsWith(`..${sep}`);
}

function real(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : resolve(folder);
}

/** How the command is called from this folder. */
export function calledAs(folder: string): string {
  return inProject(folder) ? 'npm run -s eddy --' : 'npx eddy';
}
