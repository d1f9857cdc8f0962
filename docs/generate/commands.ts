/** `npm run docs`: writes docs/command-line.md from the commands and options as they are declared. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import type { Host } from '../../cli/host.ts';
import { EXIT_CODES, programOf } from '../../cli/program.ts';

const FILE = join(import.meta.dirname, '../command-line.md');

const AROUND = `# The command line

Written by \`npm run docs\` from the options as they are declared; do not edit it. In a project of your own it is \`npx eddy\`, in a clone of Eddy
\`npm run -s eddy --\`.

${EXIT_CODES} With several scenarios the worst of theirs. \`--variant V\` ends with 1 when V fails and
when it is missed; \`--variant all\` with 0 when each is caught by what it breaks. For \`eddy matrix\` a wrong variant is your own code. \`eddy report\` ends
with 0 once it has written.

Ctrl-C writes what was found so far, and a second one ends at once. Colours follow \`NO_COLOR\` and \`FORCE_COLOR\`, and are left out of pipes. Services'
own output goes to standard error. What helps to find a mistake of Eddy's own: \`EDDY_DEBUG=1\` shows the stack behind a sentence.`;

const WITHOUT_END = `A run that blocks its thread for 30 s is ended and told as a failure (\`hang\`), a module that takes 60 s to load as one that could not be
loaded; \`EDDY_RUN_LIMIT_MS\` and \`EDDY_IMPORT_LIMIT_MS\` set other limits.`;

/** The page as it is to be. */
export function commandLine(): string {
  const idle = { out: () => {}, err: () => {}, env: {}, cwd: '.', typed: [] } as unknown as Host;
  const { commands } = programOf(idle, () => {});
  return `${[AROUND, WITHOUT_END, ...commands.map(section)].join('\n\n')}\n`;
}

function section(command: Command): string {
  const { registeredArguments: args, options } = command;
  const usage = [
    command.name(),
    ...args.map((one) => named(one.name(), one)),
    ...(options.length > 0 ? ['[options]'] : []),
  ];
  const rows = [
    ...args.map((one) => [`\`${one.name()}\``, one.description]),
    ...options.map(({ flags, description, defaultValue }) => [
      `\`${flags}\``,
      defaultValue === undefined ? description : `${description} (default: ${String(defaultValue)})`,
    ]),
  ];
  const table =
    rows.length === 0
      ? []
      : ['| | |', '| --- | --- |', ...rows.map((row) => `| ${row.join(' | ').replaceAll('*', '\\*')} |`)];
  return [`## eddy ${command.name()}`, `\`eddy ${usage.join(' ')}\`: ${command.description()}`, table.join('\n')]
    .filter((part) => part !== '')
    .join('\n\n');
}

function named(name: string, { required, variadic }: { required: boolean; variadic: boolean }): string {
  const text = variadic ? `${name}...` : name;
  return required ? `<${text}>` : `[${text}]`;
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) writeFileSync(FILE, commandLine());
