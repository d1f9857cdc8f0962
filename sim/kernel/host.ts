/**
 * The one file that touches the machine's own timers. Everything is captured when the module loads, before any guard
 * can stand in its place.
 */
const realSetImmediate = setImmediate;
const realSetTimeout = setTimeout;
const realClearTimeout = clearTimeout;
const realSetInterval = setInterval;
const realClearInterval = clearInterval;
const activeResources = process.getActiveResourcesInfo.bind(process);
const realDateNow = Date.now.bind(Date);
const realNow = performance.now.bind(performance);

/** A handler that keeps setting immediates would drain for ever; after so many turns the run says so. */
export const DRAIN_TURNS_MAX = 10_000;

/**
 * Turns are asked for in batches: between two immediates of one batch the platform empties the microtasks, and reports
 * rejections, without going through its event loop, which would cost several times as much. Only the first of a batch
 * counts as active, so that a step's own immediates can be told from them.
 */
const BATCH = 64;
let queued = 0;
let waiting: (() => void) | undefined;

function turn(): void {
  queued--;
  const go = waiting;
  waiting = undefined;
  go?.();
}

function onNextTurn(go: () => void): void {
  if (waiting) {
    // Somebody runs two worlds at once, against the rules: it must not hang.
    realSetImmediate(go);
    return;
  }
  waiting = go;
  if (queued > 0) return;
  realSetImmediate(turn);
  for (queued = 1; queued < BATCH; queued++) realSetImmediate(turn).unref();
}

/**
 * Resolves when every promise that can settle without the world has settled: each turn of the event loop empties the
 * microtasks, and turns go on while anybody's immediate is active.
 * @returns false when immediates kept coming for DRAIN_TURNS_MAX turns
 */
export function drain(): Promise<boolean> {
  return new Promise<boolean>((resolve) => {
    onNextTurn(() => resolve(hasImmediates() ? drainImmediates() : true));
  });
}

function hasImmediates(): boolean {
  return activeResources().includes('Immediate');
}

async function drainImmediates(): Promise<boolean> {
  for (let turns = 0; turns < DRAIN_TURNS_MAX; turns++) {
    await new Promise<void>((resolve) => {
      realSetImmediate(resolve);
    });
    if (!hasImmediates()) return true;
  }
  return false;
}

/** Milliseconds of real time, for limits and benchmarks; nothing that a run decides may depend on it. */
export function realTimeMs(): number {
  return realNow();
}

/** Milliseconds since 1970 by the real clock: to tell its values from those of virtual time. */
export function realDateMs(): number {
  return realDateNow();
}

/** Calls back after real time, for watchdogs; returns how to call it off. */
export function realTimeout(callback: () => void, delayMs: number): () => void {
  const timer = realSetTimeout(callback, delayMs);
  return () => realClearTimeout(timer);
}

/** As `realTimeout`, again and again. It keeps no process alive. */
export function realInterval(callback: () => void, everyMs: number): () => void {
  const timer = realSetInterval(callback, everyMs).unref();
  return () => realClearInterval(timer);
}

/** Resolves on a later turn of the event loop: sockets and timers have had theirs by then. */
export function realTurn(): Promise<void> {
  return new Promise<void>((resolve) => {
    realSetImmediate(resolve);
  });
}
