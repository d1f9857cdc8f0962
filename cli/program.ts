/** The commands and their options. */
import { Command } from 'commander';
import { detect, type DetectTyped } from './commands/detect.ts';
import { init } from './commands/init.ts';
import { list } from './commands/list.ts';
import { matrix, type MatrixOptions } from './commands/matrix.ts';
import { report, type ReportOptions } from './commands/report.ts';
import { repro, type ReproOptions } from './commands/repro.ts';
import { run, type RunOptions } from './commands/run.ts';
import { serve, type ServeOptions } from './commands/serve.ts';
import { type Engine, engine as realEngine } from './engine.ts';
import type { Host } from './host.ts';
import { version } from '../reports/project.ts';
import { STRATEGIES } from './strategies.ts';
import { MODELLED_KINDS } from '../properties/scenario.ts';

const JSON_FLAG = ['--json', 'one JSON object a line (docs/json-output.schema.json)'] as const;

/** @param done hears the exit code of the command that ran */
export function programOf(host: Host, done: (exitCode: number) => void, engine: Engine = realEngine): Command {
  const program = new Command('eddy')
    .description('Deterministic chaos testing for event-driven TypeScript')
    .version(version())
    .exitOverride()
    .configureOutput({ writeOut: (text) => host.out(text.trimEnd()), writeErr: () => {}, outputError: () => {} })
    .addHelpText('after', `\n${EXIT_CODES}`);
  addInit(program, host, done);
  addList(program, host, done);
  addRun(program, host, done, engine);
  addMatrix(program, host, done, engine);
  addRepro(program, host, done, engine);
  addDetect(program, host, done, engine);
  addReport(program, host, done, engine);
  addServe(program, host, done);
  return program;
}

export const EXIT_CODES = `Exit codes: 0 pass, 1 a property failed or a wrong variant was missed, 2 inconclusive, 3 not deterministic,
4 stale, 64 usage, 70 internal error, 130 interrupted.`;

type Done = (exitCode: number) => void;

function addInit(program: Command, host: Host, done: Done): void {
  program
    .command('init')
    .description('a first scenario and its test, in the folder at hand')
    .action(async () => done(await init(host)));
}

function addList(program: Command, host: Host, done: Done): void {
  program
    .command('list')
    .description('scenarios, properties, variants, fault models')
    .option(...JSON_FLAG)
    .action(async (options: { json?: boolean }) => done(await list(options, host)));
}

function addRun(program: Command, host: Host, done: Done, engine: Engine): void {
  program
    .command('run')
    .description('look for the faults that break a property')
    .argument('[scenario...]', 'names, or paths of files; none means all built in, or **/*.scenario.ts elsewhere')
    .option('--variant <name>', 'a wrong variant, or "all" to see every wrong one caught (default: correct)')
    .option('--seed <number>', 'a whole number, or "random" (default: a hash of the scenario name)')
    .option('--runs <number>', 'runs for each scenario and variant', '1000')
    .option('--time <duration>', 'cuts the whole command off after this long, such as 30s')
    .option('--strategy <name>', `how to search: ${STRATEGIES.join(', ')}`)
    .option('--faults <kinds>', `only these kinds, with commas: ${MODELLED_KINDS.join(', ')}`)
    .option('--beyond', 'also faults outside the fault model, without a verdict')
    .option('--workers <number>', 'threads that make runs; the results are the same (default: cores minus one)')
    .option('--quick', 'a look round, on every core: what is correct ends when each property has its verdict')
    .option('--check-determinism', 'run every run twice')
    .option('--out <folder>', 'where reports and failures go', 'eddy-report')
    .option('--bail', 'end at the first failure')
    .option('--since <file>', 'an earlier result.json: the report says what is new since then')
    .option(...JSON_FLAG)
    .action(async (names: string[], options: RunOptions) => done(await run(names, options, host, engine)));
}

function addMatrix(program: Command, host: Host, done: Done, engine: Engine): void {
  program
    .command('matrix')
    .description('every operation of a workload by every single fault that fits')
    .argument('<scenario>', 'a name, or the path of a file')
    .option('--variant <name>', 'a wrong variant, or "all" (default: correct)')
    .option('--seed <number>', 'a whole number, or "random" (default: a hash of the scenario name)')
    .option('--items <number>', 'workload items (default: as many as the scenario allows)')
    .option('--pairs <number>', 'also so many pairs of faults, by sampling', '0')
    .option('--runs <number>', 'no more runs than this', '100000')
    .option('--faults <kinds>', `only these kinds, with commas: ${MODELLED_KINDS.join(', ')}`)
    .option('--out <folder>', 'where reports and failures go', 'eddy-report')
    .option(...JSON_FLAG)
    .action(async (name: string, options: MatrixOptions) => done(await matrix(name, options, host, engine)));
}

function addRepro(program: Command, host: Host, done: Done, engine: Engine): void {
  program
    .command('repro')
    .description('replay a saved failure')
    .argument('<failure>', 'a token (eddy1....), or the path of a saved failure')
    .argument('[scenario]', 'the file of the scenario, when its name alone does not find it')
    .option('--variant <name>', 'try it on another variant')
    .option('--trace', 'show the whole history')
    .option('--neighbourhood', 'also try the same plan under 50 other seeds: a fix is told from a shift in timing')
    .option('--out <folder>', 'write a report there')
    .option(...JSON_FLAG)
    .action(async (failure: string, file: string | undefined, options: ReproOptions) =>
      done(await repro(failure, file, options, host, engine)),
    );
}

function addDetect(program: Command, host: Host, done: Done, engine: Engine): void {
  program
    .command('detect')
    .description('how many runs it takes to catch each wrong variant, guided and at random')
    .argument('[scenario...]', 'names, or paths of files; none means all built in, or **/*.scenario.ts elsewhere')
    .option('--quick', 'few seeds and low caps: for every push, not for numbers to quote')
    .option('--seeds <number>', 'campaigns for each variant and strategy (default: 40; quick: 5)')
    .option('--runs <number>', 'the most runs of a random campaign (default: 5000; quick: 120)')
    .option('--out <folder>', 'also writes the report there')
    .option(...JSON_FLAG)
    .action(async (names: string[], options: DetectTyped) => done(await detect(names, options, host, engine)));
}

function addReport(program: Command, host: Host, done: Done, engine: Engine): void {
  program
    .command('report')
    .description('render a saved result again')
    .argument('<file>', 'the result.json of an earlier run')
    .option('--out <folder>', 'where the report goes', 'eddy-report')
    .option('--since <file>', 'a result.json from before: the report says what is new since then')
    .option(...JSON_FLAG)
    .action(async (file: string, options: ReportOptions) => done(await report(file, options, host, engine)));
}

function addServe(program: Command, host: Host, done: Done): void {
  program
    .command('serve')
    .description('the brokers of simulated runs for any client, over TCP and in real time, until Ctrl-C')
    .option('--amqp <port>', 'the queue broker, called mq in faults, speaks AMQP 0-9-1 here; 0 takes a free port')
    .option(
      '--kafka <ports>',
      'the log broker, called log in faults, speaks the Kafka protocol here; a port for each node',
    )
    .option('--faults <file>', 'what is to go wrong: a fault sentence a line (docs/faults.md), # begins a comment')
    .option('--host <addresses>', 'where to listen, with commas', '127.0.0.1')
    .option('--expose', 'allow addresses that other machines can reach')
    .option(...JSON_FLAG)
    .action(async (options: ServeOptions) => done(await serve(options, host)));
}
