/** What more workers are good for, and what they must not cost: the backlog of a burst, and the order of each customer's orders. */
import { expect, test } from 'vitest';
import { type Entry, run } from '../../index.ts';
import scenario from './order-burst.scenario.ts';

interface About {
  readonly channels: readonly string[];
  readonly value: Readonly<Record<string, unknown>>;
}

const about = ({ data }: Entry): About => data as About;
/** Packing takes long beside the gaps in which orders come. */
const SLOW = ['burst of 8 items from o1', 'every operation of workers takes 100 ms longer from 0 s to 60 s'];
const CUSTOMERS = ['Ann', 'Bob', 'Zoë'];

/** Eight orders at once, and from the first on so many workers. */
async function burstWith(workers: number, faults: readonly string[] = SLOW): Promise<readonly Entry[]> {
  const workload = Array.from({ length: 8 }, (_, n) => ({
    orderId: `o${n + 1}`,
    customer: CUSTOMERS[n % CUSTOMERS.length] as string,
    pieces: 1,
    workers: n === 0 ? workers : 0,
  }));
  const result = await run(scenario, { workload, faults });
  expect([result.outcome, result.notReached]).toEqual(['quiet', []]);
  expect(Object.entries(result.properties).filter(([, { verdict }]) => verdict !== 'pass')).toEqual([]);
  return [...result.history()];
}

const packed = (entries: readonly Entry[]): readonly Entry[] =>
  entries.filter((entry) => entry.kind === 'inserted' && about(entry).channels.includes('packed'));

/** When each order is packed: the backlog falls by one. */
function drained(entries: readonly Entry[]): readonly number[] {
  return packed(entries).map(({ timeUs }) => timeUs);
}

test('the more workers, the faster the backlog of a burst falls, at each point of it', async () => {
  const [one, two, three] = [drained(await burstWith(1)), drained(await burstWith(2)), drained(await burstWith(3))];
  expect([one.length, two.length, three.length]).toEqual([8, 8, 8]);
  // The first three, one of each queue, are in the first worker's hands before anybody else comes.
  expect([two.slice(0, 3), three.slice(0, 3)]).toEqual([one.slice(0, 3), one.slice(0, 3)]);
  for (let n = 3; n < 8; n++) expect(two[n]).toBeLessThan(one[n] as number);
  for (let n = 4; n < 8; n++) expect(three[n]).toBeLessThan(two[n] as number);
  const lasts = (times: readonly number[]): number => (times[7] as number) - (times[2] as number);
  expect(lasts(three)).toBeLessThan(lasts(one) / 2);
});

test('each worker that comes takes part', async () => {
  const workersOf = async (workers: number): Promise<number> =>
    new Set(packed(await burstWith(workers)).map(({ process }) => process)).size;
  expect([await workersOf(1), await workersOf(2), await workersOf(3)]).toEqual([1, 2, 3]);
});
