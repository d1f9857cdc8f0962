/** The files that are named on the command line. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { visible } from '../reports/terminal/terminal-text.ts';
import { clip } from '../reports/text.ts';
import { statOf } from './files.ts';
import { usage } from './usage.ts';

/** Larger ones nobody has written for this. */
const BYTES_MAX = 256 * 1024 * 1024;

interface Named {
  readonly file: string;
  readonly cwd: string;
  /** The option that names it. */
  readonly option?: string;
  /** What to do about one that cannot be read, in the imperative. */
  readonly give: string;
}

/** The file's text. @throws EddyError EDDY_USAGE */
export function readNamed({ file, cwd, option, give }: Named): string {
  const path = resolve(cwd, file);
  const shown = option === undefined ? shownFile(file) : `${option} ${shownFile(file)}`;
  const stat = statOf(path);
  if (!stat) throw usage(`${shown}: there is no such file; ${give}`);
  if (stat.size > BYTES_MAX) throw usage(`${shown} is too large; ${give}`);
  try {
    // A pipe has an end, a device may have none.
    if (stat.isFile() || stat.isFIFO() || stat.isDirectory()) return readFileSync(path, 'utf8');
  } catch (error) {
    throw usage(`${shown}: it cannot be read (${String((error as NodeJS.ErrnoException).code)}); ${give}`);
  }
  throw usage(`${shown} is no file; ${give}`);
}

export function shownFile(file: string): string {
  return file === '' ? '""' : visible(clip(file, 200));
}
