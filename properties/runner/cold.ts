/**
 * The cold half of the determinism check: a fresh thread loads the scenario's module anew and makes the given runs, so
 * that state which a module keeps, or order that depends on what ran before, shows as a different digest.
 */
import { Worker } from 'node:worker_threads';
import { EddyError } from '../../sim/errors.ts';
import { realTimeout } from '../../sim/kernel/host.ts';
import type { Recipe } from './draw.ts';
import type { EntryResult } from './result.ts';

/** One run to repeat, as plain data. */
export interface ColdCase {
  readonly seed: number;
  readonly items: readonly Recipe[];
  readonly sentences: readonly string[];
}

export interface ColdRequest {
  /** File URL of the scenario's module. */
  readonly source: string;
  readonly scenario: string;
  readonly variant: string;
  readonly cases: readonly ColdCase[];
  /** Entries are sent only for these cases' first differing run: digests first. */
  readonly digests: readonly string[];
}

/** What the thread answers: every digest, and the entries of the first case whose digest differs. */
export type ColdAnswer =
  | {
      readonly digests: readonly string[];
      readonly differs?: { readonly n: number; readonly entries: readonly EntryResult[] };
    }
  | { readonly error: string };

const LIMIT_MS = 120_000;

interface Thread {
  readonly worker: Worker;
  /** What it has made runs of: scenarios, by file and name, and their variants. */
  readonly known: Map<string, Set<string>>;
  isBusy: boolean;
}

/** With so many one is at hand that does not know the scenario yet, while another is busy with it. */
const KEPT_MAX = 3;

/**
 * The cold threads of one command. A thread costs more than most of the runs that it makes, so it is kept for whatever is new to
 * it: a wrong variant that it has made no run of, or a correct one, whose code they all have in common, of a scenario that it has
 * made no run of.
 */
export class ColdThreads {
  readonly #threads = new Set<Thread>();

  async run(request: ColdRequest): Promise<ColdAnswer> {
    const thread = this.#threadFor(request);
    thread.isBusy = true;
    try {
      const answer = await asked(thread.worker, request);
      if ('error' in answer || answer.differs) this.#end(thread);
      return answer;
    } catch (error) {
      this.#end(thread);
      throw error;
    } finally {
      thread.isBusy = false;
    }
  }

  close(): void {
    for (const thread of this.#threads) this.#end(thread);
  }

  #threadFor({ source, scenario, variant }: ColdRequest): Thread {
    const name = JSON.stringify([source, scenario]);
    const idle = [...this.#threads].filter(({ isBusy }) => !isBusy);
    const isNew = ({ known }: Thread): boolean =>
      variant === 'correct' ? !known.has(name) : known.get(name)?.has(variant) !== true;
    const thread = idle.find(isNew) ?? this.#started(idle);
    thread.known.set(name, (thread.known.get(name) ?? new Set()).add(variant));
    return thread;
  }

  #started(idle: readonly Thread[]): Thread {
    const [oldest] = idle;
    if (oldest && this.#threads.size >= KEPT_MAX) this.#end(oldest);
    const worker = new Worker(new URL('./cold-worker.mjs', import.meta.url));
    const thread = { worker, known: new Map<string, Set<string>>(), isBusy: false };
    this.#threads.add(thread);
    return thread;
  }

  #end(thread: Thread): void {
    this.#threads.delete(thread);
    void thread.worker.terminate();
  }
}

/** In a fresh thread of its own. */
export async function runCold(request: ColdRequest): Promise<ColdAnswer> {
  const threads = new ColdThreads();
  try {
    return await threads.run(request);
  } finally {
    threads.close();
  }
}

function asked(worker: Worker, request: ColdRequest): Promise<ColdAnswer> {
  return new Promise<ColdAnswer>((resolve, reject) => {
    const settle = (how: () => void): void => {
      limit();
      worker.off('message', answered).off('error', failed).off('exit', ended);
      // A thread that waits for its next request keeps nobody waiting.
      worker.unref();
      how();
    };
    const refuse = (why: string): void =>
      settle(() => reject(new EddyError('EDDY_COLD', `The cold runs of the determinism check ${why}`)));
    const answered = (answer: ColdAnswer): void => settle(() => resolve(answer));
    const failed = (error: Error): void => settle(() => reject(error));
    const ended = (): void => refuse("ended with their thread, in the scenario's own module");
    const limit = realTimeout(() => refuse('did not end within two minutes'), LIMIT_MS);
    worker.ref();
    worker.on('message', answered).on('error', failed).on('exit', ended);
    worker.postMessage(request);
  });
}
