/** The command line: what can be typed, and what every outcome exits with. */
import { CommanderError } from 'commander';
import { EXIT } from '../reports/exit-codes.ts';
import type { Engine } from './engine.ts';
import type { Host } from './host.ts';
import { programOf } from './program.ts';
import { visible } from '../reports/terminal/terminal-text.ts';
import { troubleExit, troubleSentence } from './trouble.ts';

/** @returns the exit code; whatever goes wrong has been said on standard error */
export async function main(args: readonly string[], host: Host, engine?: Engine): Promise<number> {
  let exitCode: number = EXIT.pass;
  try {
    const done = (code: number): void => {
      exitCode = code;
    };
    const program = programOf(host, done, engine);
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return misused(error, args, host);
    host.err(troubleSentence(error, host.env));
    return troubleExit(error);
  }
}

/** Help and version are no errors. */
function misused({ code, exitCode, message }: CommanderError, [first, ...rest]: readonly string[], host: Host): number {
  if (exitCode === 0) return EXIT.pass;
  const unknown = first === 'help' && rest.length > 0 ? `unknown command '${rest.join(' ')}'` : 'no command was given';
  const said = (code === 'commander.help' ? unknown : message).replace(/^error: |\.$/g, '').replace(/\s*\n\s*/g, ' ');
  host.err(visible(`${said.charAt(0).toUpperCase()}${said.slice(1)}; eddy --help shows what can be typed`));
  return EXIT.usage;
}
