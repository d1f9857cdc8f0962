/**
 * What code under test throws may be anything, also what throws in its turn when somebody looks at it (a getter, a proxy, a
 * `toString`). Whoever asks here gets words all the same, and never an error.
 */
const NAME_MAX = 200;

/** Class and code of an error; never its text, which differs between engines. */
export function nameOf(thrown: unknown): string {
  if (!isError(thrown)) return typeof thrown;
  const name = classOf(thrown);
  const code = textIn(thrown, 'code');
  return (code === undefined ? name : `${name} ${code}`).slice(0, NAME_MAX);
}

/** `TypeError` */
export function classOf(thrown: unknown): string {
  return (isError(thrown) && textIn(thrown, 'name')) || 'Error';
}

/** What it says, else what it is called. */
export function messageOf(thrown: unknown): string {
  if (isError(thrown)) return textIn(thrown, 'message') || classOf(thrown);
  try {
    // Some throw objects that are no errors and look like them.
    return (typeof thrown === 'object' && thrown !== null && textIn(thrown, 'message')) || String(thrown);
  } catch {
    return 'something without words';
  }
}

/** `TypeError: x is not a function` */
export function sentenceOf(thrown: unknown): string {
  const [name, message] = [classOf(thrown), messageOf(thrown)];
  return isError(thrown) && message !== name ? `${name}: ${message}` : message;
}

/** Its stack, where it has one. */
export function stackOf(thrown: unknown): string | undefined {
  return isError(thrown) ? textIn(thrown, 'stack') : undefined;
}

export function isError(thrown: unknown): thrown is Error {
  try {
    return thrown instanceof Error;
  } catch {
    return false;
  }
}

function textIn(thrown: object, name: string): string | undefined {
  try {
    const value: unknown = thrown[name as keyof object];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What nobody caught. */
export interface Thrown {
  /** The service, or `workload`. */
  readonly by: string;
  /** `TypeError: Cannot read properties of undefined (reading 'id')`, on one line; of many from one place the first. */
  readonly says: string;
  /** `orders.ts:12`: the first line of a stack that is neither Eddy's nor Node's. */
  readonly at?: string;
  /** How often it was thrown: the same text, or the same class from there. */
  readonly times: number;
}
