/** Starts the process that runs specs, ends it when a spec takes much longer than it should, and starts another. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Task, Told } from './hand.ts';

/** What came of a task. A time limit is a kill, as a test that never ends is noticed. */
export type Outcome =
  | { readonly is: 'passed' }
  | { readonly is: 'failed'; readonly by: string }
  | { readonly is: 'endless'; readonly by: string }
  | { readonly is: 'crashed'; readonly by: string };

/** What a spec may take beyond ten times its usual time: a busy machine must kill no mutant. */
const SPARE_MS = 20_000;
/** The memory of the process which runs the tests. */
const HEAP = '--max-old-space-size=3000';

export class Crew {
  readonly #folder: string;
  /** How long each spec takes; what is not known yet counts as a minute. */
  readonly #usualMs: ReadonlyMap<string, number>;
  #child: ChildProcess | undefined;
  #restored: readonly string[] = [];

  constructor(folder: string, usualMs: ReadonlyMap<string, number>) {
    this.#folder = folder;
    this.#usualMs = usualMs;
  }

  /** What a task changed is put back before the next one. @param ran is told of each spec that ended */
  async run(task: Task, ran: (spec: string, ms: number) => void): Promise<Outcome> {
    const child = this.#child ?? (await this.#started());
    this.#child = child;
    const changed = [...this.#restored, ...task.changed];
    const outcome = await this.#watched(child, { ...task, changed }, ran);
    this.#restored = task.changed;
    if (outcome.is === 'endless' || outcome.is === 'crashed') this.stop();
    return outcome;
  }

  /** Ends the process and whatever it started. */
  stop(): void {
    const { pid } = this.#child ?? {};
    this.#child = undefined;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }

  async #started(): Promise<ChildProcess> {
    const child = spawn(process.execPath, ['--import', './cli/register.js', 'bench/mutation/hand.ts'], {
      cwd: this.#folder,
      // A group of its own, so that workers in an endless loop end with it.
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { ...process.env, NODE_OPTIONS: HEAP },
    });
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`the process that runs specs ended with ${code} at its start`)));
    });
    child.removeAllListeners('exit');
    return child;
  }

  #watched(child: ChildProcess, task: Task, ran: (spec: string, ms: number) => void): Promise<Outcome> {
    return new Promise((resolve) => {
      let current = task.specs[0] ?? '';
      let limit = setTimeout(() => end({ is: 'endless', by: current }), SPARE_MS * 3);
      const end = (outcome: Outcome): void => {
        clearTimeout(limit);
        child.removeAllListeners('message').removeAllListeners('exit');
        resolve(outcome);
      };
      child.on('exit', () => end({ is: 'crashed', by: current }));
      child.on('message', (told: Told) => {
        if ('done' in told)
          return end(told.failed === undefined ? { is: 'passed' } : { is: 'failed', by: told.failed });
        if ('spec' in told) ran(told.spec, told.ms);
        if (!('begun' in told)) return;
        current = told.begun;
        clearTimeout(limit);
        const ms = SPARE_MS + 10 * (this.#usualMs.get(current) ?? 60_000);
        limit = setTimeout(() => end({ is: 'endless', by: current }), ms);
      });
      child.send(task);
    });
  }
}
