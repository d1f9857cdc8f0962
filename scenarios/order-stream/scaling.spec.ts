/** What more members of a group are good for: the backlog of a burst, when each works at one record at a time. */
import { expect, test } from 'vitest';
import { type Entry, run } from '../../index.ts';
import type { ScenarioShape } from '../../properties/scenario.ts';
import scenario from './order-stream.scenario.ts';
import { workersWith } from './workers.ts';

interface About {
  readonly channels: readonly string[];
  readonly value: { readonly orderId: string };
}

const about = ({ data }: Entry): About => data as About;
const CUSTOMERS = ['Ann', 'Bob', 'Zoë', 'Yann', 'Ida', 'Eve'];
const workload = Array.from({ length: 12 }, (_, n) => ({
  orderId: `o${n + 1}`,
  customer: CUSTOMERS[n % CUSTOMERS.length] as string,
  pieces: 1,
}));
const FAULTS = ['burst of 12 items from o1', 'every operation of workers takes 300 ms longer from 0 s to 90 s'];

/** When each order of the burst was reserved, by a group of so many workers. */
async function reservedBy(instances: number): Promise<readonly Entry[]> {
  const { services } = scenario as unknown as ScenarioShape;
  const workers = workersWith({ options: { inFlight: 1 } }).with({ instances });
  const scaled = { ...scenario, services: { ...services, workers } } as typeof scenario;
  const result = await run(scaled, { workload, faults: FAULTS });
  expect([result.outcome, result.notReached]).toEqual(['quiet', []]);
  expect(Object.entries(result.properties).filter(([, { verdict }]) => verdict === 'fail')).toEqual([]);
  return [...result.history()].filter(
    (entry) => entry.kind === 'inserted' && about(entry).channels.includes('reservations'),
  );
}

test('a group of two drains the backlog of a burst faster than one worker, and both take part', async () => {
  const groups = await Promise.all([1, 2].map(reservedBy));
  expect(groups.map((entries) => new Set(entries.map((entry) => about(entry).value.orderId)).size)).toEqual([12, 12]);
  expect(groups.map((entries) => new Set(entries.map(({ process }) => process)).size)).toEqual([1, 2]);
  const [one = [], two = []] = groups.map((entries) => entries.map(({ timeUs }) => timeUs));
  // The first few are with the one who was there first.
  for (let n = 4; n < 12; n++) expect(two[n]).toBeLessThan(one[n] as number);
  expect(two[11]).toBeLessThan((one[11] as number) * 0.7);
});
