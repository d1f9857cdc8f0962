/** What was thrown, as one sentence and an exit code. Nobody but Eddy's own makers needs a stack. */
import { EddyError } from '../sim/errors.ts';
import { framesOf } from '../sim/stack.ts';
import { messageOf, stackOf } from '../sim/thrown.ts';
import { EXIT } from '../reports/exit-codes.ts';
import { visible } from '../reports/terminal/terminal-text.ts';

/** Whether an error comes from code outside this folder: from the first frame of its stack that is of a file. */
export function isOfOthers(error: unknown, folder: string): boolean {
  const [first] = framesOf(stackOf(error) ?? '', messageOf(error));
  return first !== undefined && !first.file.startsWith(folder);
}

/** A broken law is Eddy's own error, and so is what nobody foresaw; every other EddyError is about the input. */
export function troubleExit(trouble: unknown): number {
  return trouble instanceof EddyError && trouble.code !== 'EDDY_LAW' ? EXIT.usage : EXIT.internal;
}

export function troubleSentence(trouble: unknown, env: Readonly<Record<string, string | undefined>>): string {
  const stack = env['EDDY_DEBUG'] === '1' && stackOf(trouble) !== undefined ? `\n${stackOf(trouble)}` : '';
  const said = visible(messageOf(trouble).replace(/\s*\n\s*/g, ' '));
  if (trouble instanceof EddyError && trouble.code !== 'EDDY_LAW') return `${said}${stack}`;
  const ask = stack === '' ? '; please report it (EDDY_DEBUG=1 shows where)' : '';
  return `Eddy failed, not the code under test: ${said}${ask}${stack}`;
}
