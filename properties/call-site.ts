/** Where in the user's code something was made, so that a command can name the file. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `    at Object.<anonymous> (file:///a/b.ts?x:1:2)` or `    at /a/b.ts:1:2` */
const FRAME = /^\s+at (?:async )?(?:[^()]*? \()?(.+?):\d+:\d+\)?$/;

/** The file from which the function that asks was called: two frames up. Undefined where the stack does not say. */
export function callerFile(): string | undefined {
  const [, , caller = ''] = (new Error('here').stack ?? '').split('\n').filter((line) => FRAME.test(line));
  const [path = ''] = FRAME.exec(caller)?.[1]?.split(/[?#]/) ?? [];
  try {
    const file = path.startsWith('file:') ? fileURLToPath(path) : path;
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
