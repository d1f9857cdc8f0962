/** What the server did: for each step who was answered, and what. A step that answers nobody has begun to wait. */
import type { Item, Sequence, Statement, Step } from './sequence.ts';

/** By client: `ok`, a value as `shown` writes it, or the code of an error. */
export type Answers = Readonly<Record<number, string>>;

export interface Played extends Step {
  readonly answers: Answers;
}

export interface Trace extends Omit<Sequence, 'steps'> {
  readonly version: string;
  /** Steps of clients that were waiting are left out. */
  readonly steps: readonly Played[];
  /** The committed rows in the end. */
  readonly rows: string;
}

/** `0 insert {"id":"a",...} -> 0: ok` */
export function printStep({ client, statement, answers }: Played): string {
  const { do: what, ...rest } = statement;
  const said = Object.entries(answers).map(([of, answer]) => `${of}: ${answer}`);
  return `${client} ${what} ${JSON.stringify(rest)} -> ${said.join(', ') || 'waits'}`;
}

export function sameAnswers(a: Answers, b: Answers): boolean {
  const clients = new Set([...Object.keys(a), ...Object.keys(b)].map(Number));
  return [...clients].every((client) => a[client] === b[client]);
}

/** `a/x/1`; several rows by id: `[a/x/1 b/-/2]`. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).toSorted(byUnits).join(' ')}]`;
  if (typeof value !== 'object' || value === null) return String(value ?? 'none');
  const { id, email, n } = value as Item;
  return `${id}/${email ?? '-'}/${n}`;
}

const byUnits = (a: string, b: string): number => (a < b ? -1 : 1);

/** One line a trace: `[client, statement, answers]` a step. */
export function writeTrace({ steps, ...trace }: Trace): string {
  return JSON.stringify({
    ...trace,
    steps: steps.map(({ client, statement, answers }) => [client, statement, answers]),
  });
}

export function readTrace(line: string): Trace {
  const { steps, ...trace } = JSON.parse(line) as Omit<Trace, 'steps'> & { steps: [number, Statement, Answers][] };
  return { ...trace, steps: steps.map(([client, statement, answers]) => ({ client, statement, answers })) };
}
