/**
 * A crew: worker threads that make runs, each task under a watchdog. A thread that is lost is replaced, and the others do
 * not notice.
 */
import { MessageChannel } from 'node:worker_threads';
import { Tinypool } from 'tinypool';
import { EddyError } from '../../../sim/errors.ts';
import { ColdThreads } from '../cold.ts';
import type { Crew, Hands, Lost, Whose } from '../hands.ts';
import type { Overseer } from '../slice-work.ts';
import type { Answer, Task, Trouble, Work } from './tasks.ts';
import { type Limits, watch } from './watch.ts';

export interface CrewOptions {
  readonly workers: number;
  /** A thread whose event loop has not turned for so long is given up. */
  readonly limitMs: number;
  /** How long one may load the scenario for. */
  readonly loadLimitMs?: number;
  /** What the heap of each thread may grow to, in MB. */
  readonly memoryMb?: number;
}

const LOAD_LIMIT_MS = 60_000;
const MEMORY_MB = 1024;
/** Runs make much that is soon forgotten: with room for it, it is collected less often. */
const YOUNG_MB = 64;

const ALONE: Overseer = { isOver: () => false, begins: () => {} };

export class ThreadCrew implements Crew {
  readonly cold = new ColdThreads();
  readonly #pool: Tinypool;
  readonly #limits: Limits;

  constructor({ workers, limitMs, loadLimitMs = LOAD_LIMIT_MS, memoryMb = MEMORY_MB }: CrewOptions) {
    this.#limits = { limitMs, loadLimitMs, memoryMb };
    this.#pool = new Tinypool({
      filename: new URL('./thread.mjs', import.meta.url).href,
      // As many as at most, at once: the pool replaces a lost thread only below its minimum.
      minThreads: workers,
      maxThreads: workers,
      // A thread that waits for work in Atomics.wait would not turn its event loop.
      useAtomics: false,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: YOUNG_MB },
    });
  }

  handsFor(whose: Whose): Hands {
    const of = <T>(work: Work, overseer: Overseer): Promise<T | Lost> => this.#perform<T>({ whose, work }, overseer);
    return {
      slice: (order, overseer) => of({ kind: 'slice', order }, overseer),
      explain: (order, isOver) => of({ kind: 'explain', order }, { ...ALONE, isOver }),
      entries: (order) => of({ kind: 'entries', order }, ALONE),
      replay: (order) => of({ kind: 'replay', order }, ALONE),
    };
  }

  close(): Promise<void> {
    this.cold.close();
    return this.#pool.destroy();
  }

  async #perform<T>(task: Task, overseer: Overseer): Promise<T | Lost> {
    const { port1, port2 } = new MessageChannel();
    const kill = new AbortController();
    const running = this.#pool.run({ ...task, port: port2 }, { signal: kill.signal, transferList: [port2] }) as Promise<
      Answer<T>
    >;
    let isAnswered = false;
    try {
      const answer = await watch(running, port1, overseer, this.#limits);
      if ('lost' in answer) return answer;
      isAnswered = true;
      if ('trouble' in answer) throw errorOf(answer.trouble);
      return answer.done;
    } catch (error) {
      throw error instanceof EddyError && error.code === 'EDDY_WORKER' ? inFile(error, task) : error;
    } finally {
      // A thread that ended by itself is still one of the pool's, until it is called off.
      if (!isAnswered) kill.abort();
      port1.close();
    }
  }
}

function errorOf({ name, message, stack, code, data }: Trouble): Error {
  const error =
    code === undefined ? new Error(message) : new EddyError(code, message, data as Readonly<Record<string, unknown>>);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}

function inFile({ message }: EddyError, { whose: { scenario, source } }: Task): EddyError {
  return new EddyError('EDDY_WORKER', `Scenario ${scenario} of ${source} cannot run in a worker thread: ${message}`);
}
