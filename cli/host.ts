/** The world outside a command: where lines go, the folder it works in, what interrupts it, who watches it. */

/** What could hang now, and how long it may; the process that started this one ends it then. */
export interface Phase {
  readonly phase: 'import' | 'run' | 'serve' | 'idle';
  readonly what?: string;
  readonly limitMs?: number;
}

export interface Host {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What was typed, without the program's name. */
  readonly typed: readonly string[];
  /** On standard output. */
  out(line: string): void;
  /** On standard error. */
  err(line: string): void;
  readonly colors: boolean;
  /** Standard error is a terminal: progress may be a bar. */
  readonly bar: boolean;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  watch(phase: Phase): void;
  /** Milliseconds of real time. */
  now(): number;
}

/** How long a scenario file may take to load, and a run may block its thread; the variables are for tests. */
export function importLimitMs(env: Host['env']): number {
  return limit(env['EDDY_IMPORT_LIMIT_MS'], 60_000);
}
export function runLimitMs(env: Host['env']): number {
  return limit(env['EDDY_RUN_LIMIT_MS'], 30_000);
}

function limit(given: string | undefined, otherwise: number): number {
  const ms = Number(given);
  return given !== undefined && Number.isInteger(ms) && ms > 0 ? ms : otherwise;
}
