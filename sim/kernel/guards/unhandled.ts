/**
 * An unhandled rejection or exception inside a run is a crash of the process whose step it is, as in Node. Listeners of
 * others (a test runner's) are set aside meanwhile and put back. Node reports both before the drain's turn ends.
 */
type Listener = (...args: unknown[]) => void;

const EVENTS = ['unhandledRejection', 'uncaughtException'] as const;

export type Unhandled = (typeof EVENTS)[number];

/** Hands every unhandled error to `to` until the returned function is called. */
export function catchUnhandled(to: (error: unknown, event: Unhandled) => void): () => void {
  const emitter: NodeJS.EventEmitter = process;
  const before = EVENTS.map((event) => emitter.listeners(event) as Listener[]);
  const mine = EVENTS.map(
    (event): Listener =>
      (error) =>
        to(error, event),
  );
  EVENTS.forEach((event, n) => {
    emitter.removeAllListeners(event);
    emitter.on(event, mine[n] as Listener);
  });
  return () => {
    EVENTS.forEach((event, n) => {
      emitter.removeListener(event, mine[n] as Listener);
      for (const listener of before[n] ?? []) emitter.on(event, listener);
    });
  };
}
