/** How far a campaign is: a bar on a terminal, a line now and then elsewhere; on standard error always. */
import { type Options, SingleBar } from 'cli-progress';
import type { Host } from './host.ts';
import { visible } from './terminal-text.ts';

const LINE_EVERY_MS = 5_000;

export interface Progress {
  update(done: number, of: number): void;
  stop(): void;
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
