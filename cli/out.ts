/** The folder of `--out`. */
import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import { guarded, makeFolder } from '../reports/failures.ts';
import { usage } from './usage.ts';

/** Makes the folder before any work, so that a path that cannot be written costs no campaign. */
export function prepareOut(out: string, cwd: string): void {
  if (out.trim() === '') throw usage('--out is empty; give a folder, such as --out eddy-report');
  guarded(out, () => {
    makeFolder(resolve(cwd, out));
    accessSync(resolve(cwd, out), constants.W_OK);
  });
}
