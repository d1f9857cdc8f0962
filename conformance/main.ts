/**
 * `npm run conformance -- postgres|rabbit|all [--sequences N] [--seed S] [--record FILE]`: plays generated sequences of operations against
 * a real server and against the simulator. What the real one does must be among what the model allows.
 *
 * Exit codes: 0 no difference; 1 a difference; 2 a server could not be installed or started; 64 wrong arguments; 130
 * interrupted.
 */
import { Argument, Command, InvalidArgumentError } from 'commander';
import { postgres } from './postgres/postgres.ts';
import { rabbit } from './rabbit/rabbit.ts';
import { type Asked, type Compared, type Side, Unavailable } from './side.ts';

const SIDES: readonly Side[] = [postgres, rabbit];
const EXIT = { same: 0, different: 1, unavailable: 2, usage: 64, interrupted: 130 } as const;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function natural(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('A whole number from 0 is needed.');
  return value;
}

function tell(side: Side, { sequences, counts, differences }: Compared): void {
  for (const [what, count] of [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))) say(`  ${what}: ${count}`);
  for (const { again, lines } of differences) {
    say(`\nDifference in ${side.name}; again: npm run conformance -- ${again}`);
    for (const line of lines) say(`  ${line}`);
  }
  say(`${side.name}: ${sequences} sequences, ${differences.length} with a difference`);
}

async function compareAll(sides: readonly Side[], asked: Asked): Promise<number> {
  let exit: number = EXIT.same;
  for (const side of sides) {
    try {
      const compared = await side.compare(asked);
      tell(side, compared);
      if (compared.differences.length > 0) exit = EXIT.different;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      process.stderr.write(`${side.name}: ${error.message}\n`);
      if (exit === EXIT.same) exit = EXIT.unavailable;
    }
  }
  return exit;
}

const program = new Command('conformance')
  .addArgument(new Argument('<server>', 'which server').choices([...SIDES.map(({ name }) => name), 'all']))
  .option('--sequences <n>', 'how many sequences', natural, 2000)
  .option('--seed <s>', 'the sequences are a function of it', natural, 1)
  .option('--record <file>', 'write what the server did, for the tests to replay')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : EXIT.usage))
  .action(async (which: string, options: { sequences: number; seed: number; record?: string }) => {
    const sides = SIDES.filter(({ name }) => which === 'all' || name === which);
    process.exitCode = await compareAll(sides, { ...options, say });
  });
// Whatever ends this ends the servers too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(EXIT.interrupted));
await program.parseAsync();
