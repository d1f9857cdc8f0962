/** A row of the table: something measured beside its peer in one process, several times, against a bar. */

export interface Row {
  readonly name: string;
  /** What the value is: `x` a ratio, or a unit such as `runs/s`. */
  readonly unit: string;
  readonly bar: number;
  /** Whether the value must be at least the bar, or at most. */
  readonly holds: 'at least' | 'at most';
  /** How often it is measured; default: 5. */
  readonly rounds?: number;
  readonly measure: () => number | Promise<number>;
}

export interface Measured {
  readonly name: string;
  /** The median of the rounds. */
  readonly value: number;
  readonly unit: string;
  readonly bar: number;
  readonly holds: boolean;
  readonly low: number;
  readonly high: number;
}

const ROUNDS = 5;

export async function measured({ name, unit, bar, holds, rounds = ROUNDS, measure }: Row): Promise<Measured> {
  const values: number[] = [];
  for (let n = 0; n < rounds; n++) values.push(await measure());
  values.sort((a, b) => a - b);
  const value = values[values.length >> 1] as number;
  const [low, high] = [values[0] as number, values.at(-1) as number];
  return { name, value, unit, bar, holds: holds === 'at least' ? value >= bar : value <= bar, low, high };
}

/** Time of the processor that a piece of work takes, in microseconds: what the machine does besides is not counted. */
export async function cpuUsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
