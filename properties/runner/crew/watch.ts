/**
 * The watchdog of one task: it listens to the thread that works at it, and gives it up when its event loop no longer turns,
 * or when it has ended. It counts its own ticks and not the clock's time, so that a machine that slept is no hang.
 */
import type { MessagePort } from 'node:worker_threads';
import { EddyError } from '../../../sim/errors.ts';
import { realInterval, realTimeout } from '../../../sim/kernel/host.ts';
import type { Lost } from '../hands.ts';
import type { Overseer } from '../slice-work.ts';
import type { Answer, Said } from './tasks.ts';

/** The watchdog looks so many times within the limit. */
const LOOKS = 10;
/** How long the reason of a thread's end may come after it. */
const GRACE_MS = 500;

export interface Limits {
  readonly limitMs: number;
  readonly loadLimitMs: number;
  readonly memoryMb: number;
}

/** @throws EddyError EDDY_WORKER when the thread was lost while it loaded the scenario */
export function watch<T>(
  running: Promise<Answer<T>>,
  port: MessagePort,
  overseer: Overseer,
  limits: Limits,
): Promise<Answer<T> | Lost> {
  return new Watch(running, port, overseer, limits).answer();
}

class Watch<T> {
  #phase: 'queued' | 'loading' | 'working' = 'queued';
  #silentMs = 0;
  #run = 0;
  #drawn: string[] = [];

  constructor(
    readonly running: Promise<Answer<T>>,
    readonly port: MessagePort,
    readonly overseer: Overseer,
    readonly limits: Limits,
  ) {}

  async answer(): Promise<Answer<T> | Lost> {
    const { port, limits } = this;
    let giveUp = (_lost: Lost): void => {};
    const lost = new Promise<Lost>((resolve) => {
      giveUp = resolve;
    });
    let noReason = (): void => {};
    port.on('message', (said: Said) => this.#hear(said));
    port.on('close', () => {
      noReason = realTimeout(() => giveUp(this.#lost('crash', this.#ends)), GRACE_MS);
    });
    this.#oversee();
    const tickMs = limits.limitMs / LOOKS;
    const quiet = realInterval(() => {
      this.#oversee();
      this.#silentMs += tickMs;
      if (this.#phase === 'loading' && this.#silentMs > limits.loadLimitMs) giveUp(this.#lost('hang', this.#loads));
      if (this.#phase === 'working' && this.#silentMs > limits.limitMs) giveUp(this.#lost('hang', this.#hangs));
    }, tickMs);
    try {
      const answer = await Promise.race([this.running.catch((error: unknown) => this.#reason(error)), lost]);
      if ('lost' in answer && this.#phase !== 'working') throw new EddyError('EDDY_WORKER', answer.how);
      return answer;
    } finally {
      port.removeAllListeners();
      quiet();
      noReason();
    }
  }

  #hear(said: Said): void {
    // What loads may wait for ever with its event loop turning.
    if (said.said !== 'beat' || this.#phase === 'working') this.#silentMs = 0;
    if (said.said === 'loading' || said.said === 'working') this.#phase = said.said;
    if (said.said === 'drew') this.#drawn.push(said.sentence);
    if (said.said !== 'begins') return;
    this.#run = said.run;
    this.#drawn = [];
    this.overseer.begins(said.run);
    this.#oversee();
  }

  #oversee(): void {
    if (this.overseer.isOver()) this.port.postMessage('end');
  }

  get #loads(): string {
    return `the module was still loading after ${this.limits.loadLimitMs / 1000} s`;
  }

  get #hangs(): string {
    const seconds = this.limits.limitMs / 1000;
    return `a run has blocked its thread for ${seconds} s: something in the services goes round without an await`;
  }

  get #ends(): string {
    return this.#phase === 'working'
      ? 'the code under test ended its thread (process.exit?)'
      : 'the module ended its thread while it was loading';
  }

  #reason(error: unknown): Lost {
    const { code, message } = error as { code?: unknown; message?: unknown };
    const { memoryMb } = this.limits;
    return this.#lost(
      'crash',
      code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? `the code under test needed more memory than the ${memoryMb} MB that a thread may have`
        : `an error outside of all runs ended the thread: ${String(message)}`,
    );
  }

  #lost(lost: Lost['lost'], how: string): Lost {
    return { lost, how, run: this.#run, drawn: this.#drawn };
  }
}
