/** The host that a real process is: its streams, its parent, its signals. */
import { EXIT } from '../reports/exit-codes.ts';
import { PROJECT } from '../reports/project.ts';
import type { Host, Phase } from './host.ts';
import { isOfOthers, troubleExit, troubleSentence } from './trouble.ts';
import { messageOf } from '../sim/thrown.ts';
import { usage } from './usage.ts';

const realSetInterval = setInterval;
const realNow = performance.now.bind(performance);

/** How often the parent hears that the event loop turns. */
const BEAT_MS = 250;

/** How each phase ends that can be ended in order. */
const ENDINGS: Readonly<Partial<Record<Phase['phase'], string>>> = {
  run: 'ends after the run at hand',
  serve: 'closes its connections',
};

export interface ProcessHost extends Host {
  /** Ends the process when all that was written is out. */
  exit(code: number): void;
}

export function processHost(): ProcessHost {
  const write = process.stdout.write.bind(process.stdout);
  divertOthers();
  const interruption = new AbortController();
  let now: Phase = { phase: 'idle' };
  const exit = (code: number): void => {
    tell({ exit: code }, () => write('', () => process.exit(code)));
  };
  onInterrupts((nth) => {
    const ending = ENDINGS[now.phase];
    if (nth > 1 || ending === undefined) {
      tell({ exit: EXIT.interrupted }, () => process.exit(EXIT.interrupted));
      return;
    }
    process.stderr.write(`\nInterrupted: Eddy ${ending}; once more ends it at once.\n`);
    interruption.abort();
  });
  process.on('uncaughtException', (error) => {
    const trouble = uncaught(error, now);
    process.stderr.write(`${troubleSentence(trouble, process.env)}\n`);
    exit(troubleExit(trouble));
  });
  realSetInterval(() => now.phase === 'run' && tell({ beat: true }), BEAT_MS).unref();
  return {
    cwd: process.cwd(),
    env: process.env,
    typed: process.argv.slice(2),
    out: (line) => void write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    colors: wantsColors(process.env, process.stdout.isTTY === true), // a pipe has no isTTY at all
    bar: process.stderr.isTTY && process.env['TERM'] !== 'dumb' && !process.env['CI'],
    signal: interruption.signal,
    watch: (next) => {
      now = next;
      tell(next);
    },
    now: realNow,
    exit,
  };
}

/** A module may have begun something when it was loaded that throws much later. */
function uncaught(error: unknown, now: Phase): unknown {
  if (now.phase === 'import') return usage(`${now.what} threw while it was loading: ${messageOf(error)}`);
  if (now.phase !== 'run' || !isOfOthers(error, PROJECT)) return error;
  const what = 'was thrown outside of all runs, by what a module began when it was loaded: keep that inside `start`';
  return usage(`${now.what}: "${messageOf(error)}" ${what}`);
}

/** Standard output is Eddy's alone: what the code under test prints goes to standard error. */
function divertOthers(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {}); // a reader that went away
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;
}

/** https://no-color.org; FORCE_COLOR wins over a pipe, and NO_COLOR over both. */
export function wantsColors(env: Host['env'], isTerminal: boolean): boolean {
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced) return forced !== '0' && forced !== 'false';
  return isTerminal && env['TERM'] !== 'dumb';
}

/** A terminal signals parent and child, `kill` perhaps only one of them, and the parent passes on: the larger counts. */
function onInterrupts(see: (nth: number) => void): void {
  const counts = { signalled: 0, told: 0 };
  let seen = 0;
  const count = (how: keyof typeof counts): void => {
    counts[how]++;
    const nth = Math.max(counts.signalled, counts.told);
    if (nth > seen) see((seen = nth));
  };
  process.on('SIGINT', () => count('signalled'));
  process.on('message', (message) => {
    if (typeof message === 'object' && message !== null && 'interrupt' in message) count('told');
  });
  process.on('disconnect', () => process.exit(EXIT.internal));
}

function tell(message: object, then: () => void = () => {}): void {
  if (process.send && process.connected) process.send(message, undefined, undefined, then);
  else then();
}
