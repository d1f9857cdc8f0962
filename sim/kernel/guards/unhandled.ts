/**
 * An unhandled rejection or exception inside a run is a crash of the process whose step it is, as in Node. Listeners of
 * others (a test runner's) are set aside meanwhile and put back. Node reports both before the drain's turn ends.
 */
type Listener = (...args: unknown[]) => void;

const EVENTS = ['unhandledRejection', 'uncaughtException'] as const;

/** Hands every unhandled error to `to` until the returned function is called. */
export function catchUnhandled(to: (error: unknown) => void): () => void {
  const emitter: NodeJS.EventEmitter = process;
  const before = EVENTS.map((event) => emitter.listeners(event) as Listener[]);
  const mine: Listener = (error) => to(error);
  for (const event of EVENTS) {
    emitter.removeAllListeners(event);
    emitter.on(event, mine);
  }
  return () => {
    EVENTS.forEach((event, n) => {
      emitter.removeListener(event, mine);
      for (const listener of before[n] ?? []) emitter.on(event, listener);
    });
  };
}
