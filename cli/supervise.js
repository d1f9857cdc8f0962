// Runs the real command line in a child process, watches that it goes on, passes Ctrl-C on, and decides the exit code.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const USAGE = 64;
const INTERNAL = 70;
const INTERRUPTED = 130;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @returns {Promise<number>} the exit code */
export function supervise(argv) {
  const cwd = baseFolder(process.env, process.cwd());
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv,
      '--import',
      new URL('./register.js', import.meta.url).href,
      join(root, 'cli/start.ts'),
      ...argv,
    ],
    { cwd, env: childEnv(process.env, argv, cwd), stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
  );
  return watched(child);
}

/** npm runs a script in the package's own folder; what was typed is relative to where it was typed. */
export function baseFolder(env, cwd) {
  const typedIn = env.INIT_CWD;
  const ours = env.npm_lifecycle_event === 'eddy' || env.npm_lifecycle_event === 'start';
  if (!typedIn || !ours || real(cwd) !== real(root) || !existsSync(typedIn)) return cwd;
  return typedIn;
}

function real(path) {
  return existsSync(path) ? realpathSync(path) : path;
}

/** UTC and en-US from the first instruction on, and the tsconfig.json nearest to the first file that is named. */
function childEnv(env, argv, cwd) {
  const named = argv.map((arg) => resolve(cwd, arg)).find((path, n) => /\.[cm]?tsx?$/.test(argv[n]) && isFile(path));
  const tsconfig = env.TSX_TSCONFIG_PATH ?? nearestTsconfig(named ? dirname(named) : cwd);
  return { ...env, TZ: 'UTC', LC_ALL: 'en_US.UTF-8', ...(tsconfig ? { TSX_TSCONFIG_PATH: tsconfig } : {}) };
}

function isFile(path) {
  return existsSync(path) && statSync(path).isFile();
}

function nearestTsconfig(folder) {
  const path = join(folder, 'tsconfig.json');
  if (isFile(path)) return path;
  return dirname(folder) === folder ? undefined : nearestTsconfig(dirname(folder));
}

/**
 * What the child says: `{phase, what, limitMs}` as it goes on to something that could hang, `{beat}` while its event
 * loop turns, `{exit}` at its end.
 */
function watched(child) {
  return new Promise((done) => {
    let phase = { phase: 'idle' };
    let said;
    let timer;
    let interrupts = 0;
    const end = (code) => {
      clearTimeout(timer);
      done(code);
    };
    const arm = () => {
      clearTimeout(timer);
      if (phase.limitMs) timer = setTimeout(() => fail(hangs(phase), USAGE), phase.limitMs);
    };
    const fail = (sentence, code) => {
      said = code;
      child.kill('SIGKILL');
      tell(sentence);
    };
    child.on('message', (message) => {
      if (message.phase) phase = message;
      if (message.exit !== undefined) {
        said = message.exit;
        phase = { phase: 'idle' };
      }
      if (message.phase || message.exit !== undefined || phase.phase === 'run') arm();
    });
    process.on('SIGINT', () => {
      if (++interrupts > 1) {
        said = INTERRUPTED;
        child.kill('SIGKILL');
        showCursor();
      } else if (child.connected) child.send({ interrupt: true }, () => {});
    });
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('error', (error) => {
      tell(`Eddy could not start its own process: ${error.message}`);
      end(INTERNAL);
    });
    child.on('exit', (code, signal) => {
      if (said !== undefined) return end(said);
      if (signal === 'SIGTERM' || signal === 'SIGHUP') return end(signal === 'SIGTERM' ? 143 : 129);
      const [sentence, exitCode] = ended(phase, signal ?? `exit code ${code}`);
      tell(sentence);
      end(exitCode);
    });
  });
}

function hangs({ phase, what, limitMs }) {
  const seconds = limitMs / 1000;
  return phase === 'import'
    ? `${what} was still loading after ${seconds} s: it loops or waits at its top level, unless this machine is very busy`
    : `${what}: a run has blocked its thread for ${seconds} s, and what loops without an await cannot be interrupted: look for an endless loop in the services`;
}

/** The child went away without saying so. */
function ended({ phase, what }, how) {
  if (phase === 'import')
    return [`${what} ended the process while it was loading (${how}): remove that from its top level`, USAGE];
  if (phase === 'run') return [`${what}: the code under test ended the process (${how})`, USAGE];
  return [`Eddy ended unexpectedly (${how}); please report it`, INTERNAL];
}

function tell(sentence) {
  showCursor();
  process.stderr.write(`${sentence}\n`);
}

/** A progress bar may have hidden it, and kept lines from wrapping. */
function showCursor() {
  if (process.stderr.isTTY) process.stderr.write('\n\u001b[?25h\u001b[?7h');
}
