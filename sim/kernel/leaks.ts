/**
 * Late calls: code of a run that is over, and that something outside the world has woken (a real timer, an answer from a
 * thread). They come to nothing, but they say that the run did not have all of its code in hand.
 */
let count = 0;
let first: string[] = [];

const NAMED_MAX = 5;

export interface Leaked {
  readonly count: number;
  /** The first of them, in words. */
  readonly calls: readonly string[];
}

export function leak(call: string): void {
  count++;
  if (first.length < NAMED_MAX && !first.includes(call)) first.push(call);
}

/** What leaked since it was last taken. */
export function leakedSoFar(): Leaked {
  return { count, calls: first };
}

export function takeLeaked(): Leaked {
  const leaked = leakedSoFar();
  count = 0;
  first = [];
  return leaked;
}

export function addLeaked(one: Leaked, other: Leaked): Leaked {
  return { count: one.count + other.count, calls: [...new Set([...one.calls, ...other.calls])].slice(0, NAMED_MAX) };
}
