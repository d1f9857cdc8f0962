/** How far a campaign is: a bar on a terminal, a line now and then elsewhere; on standard error always. */
import { type Options, SingleBar } from 'cli-progress';
import { type Host, runLimitMs } from './host.ts';
import type { Job } from './jobs.ts';
import { visible } from '../reports/terminal/terminal-text.ts';

const LINE_EVERY_MS = 5_000;

export interface Progress {
  update(done: number, of: number): void;
  stop(): void;
}

/** Shows how far the campaign is that is told next; the others run on behind it. */
export class Board {
  readonly #done = new Map<number, readonly [done: number, of: number]>();
  #shown: Progress | undefined;
  #head = 0;

  constructor(
    readonly jobs: readonly Job[],
    readonly host: Host,
  ) {
    this.#watch();
  }

  update(n: number, done: number, of: number): void {
    this.#done.set(n, [done, of]);
    if (n === this.#head) this.#show().update(done, of);
  }

  /** The next one's turn has come. */
  told(n: number): void {
    this.#shown?.stop();
    this.#shown = undefined;
    this.#head = n + 1;
    this.#watch();
    const far = this.#done.get(this.#head);
    if (far) this.#show().update(...far);
  }

  close(): void {
    this.#shown?.stop();
    this.host.watch({ phase: 'idle' });
  }

  #show(): Progress {
    return (this.#shown ??= progressOf(this.#label, this.host));
  }

  get #label(): string {
    const { found, variant } = this.jobs[this.#head] as Job;
    return `${found.scenario.name} (${variant})`;
  }

  #watch(): void {
    if (!this.jobs[this.#head]) return;
    this.host.watch({ phase: 'run', what: visible(this.#label), limitMs: runLimitMs(this.host.env) });
  }
}

/** @param what is counted */
export function progressOf(label: string, host: Host, what = 'runs'): Progress {
  return host.bar ? bar(visible(label), what, host) : lines(visible(label), what, host);
}

function lines(label: string, what: string, host: Host): Progress {
  let last = host.now();
  return {
    update: (done, of) => {
      if (host.now() - last < LINE_EVERY_MS) return;
      last = host.now();
      host.err(`${label}: ${done} of ${of} ${what}`);
    },
    stop: () => {},
  };
}

function bar(label: string, what: string, host: Host): Progress {
  const options: Options = {
    format: `  {bar} {value}/{total} ${what}  ${label.replaceAll('{', '(')}`,
    barCompleteChar: '━',
    barIncompleteChar: host.colors ? '─' : ' ',
    barsize: 24,
    clearOnComplete: true,
    hideCursor: true,
    gracefulExit: false,
  };
  const single = new SingleBar(options);
  let started = false;
  return {
    update: (done, of) => {
      if (started) single.update(done);
      else single.start(of, done);
      started = true;
    },
    stop: () => single.stop(),
  };
}
