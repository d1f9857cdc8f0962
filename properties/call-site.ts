/** Where in the user's code something was made, so that a command can name the file. */
import { existsSync } from 'node:fs';
import { framesOf } from '../sim/stack.ts';

/** The file from which the function that asks was called: two frames up. Undefined where the stack does not say. */
export function callerFile(): string | undefined {
  const [, , caller] = framesOf(new Error('here').stack ?? '');
  return caller && existsSync(caller.file) ? caller.file : undefined;
}
