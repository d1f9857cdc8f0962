import { expect, test } from 'vitest';
import { run } from '../../index.ts';
import scenario from './order-stream.scenario.ts';

async function failedOf(o: Parameters<typeof run>[1]): Promise<readonly string[]> {
  const { properties, notReached } = await run(scenario, o as never);
  expect(notReached).toEqual([]);
  return Object.entries(properties).flatMap(([id, { verdict }]) => (verdict === 'fail' ? [id] : []));
}

test('a partition is given up when the commit that is under way has been answered', async () => {
  const workload = [
    { orderId: 'o2197', customer: 'Ida', pieces: 1 },
    { orderId: 'o295', customer: 'Bob', pieces: 1 },
  ];
  // The commit that is refused is made again in the next generation, slowly, and nobody waits for it but whoever gives up.
  const faults = [
    '1st delivery of OrderPlaced#o2197 to workers: insert into db.handled takes 3 s longer',
    '1st delivery of OrderPlaced#o295 to workers: session times out between commit on db and its answer',
    '2nd delivery of OrderPlaced#o295 to workers: session times out before commit on db',
    '3rd delivery of OrderPlaced#o2197 to workers: offset commit on log takes 3 s longer',
  ];
  expect(await failedOf({ workload, faults, seed: 2_876_025_052 })).toEqual([]);
});

test('what is held back until something that it holds up itself goes on before the run is given up', async () => {
  const workload = [
    { orderId: 'o10', customer: 'Ann', pieces: 1 },
    { orderId: 'o9860', customer: 'Ann', pieces: 1 },
    { orderId: 'o9991', customer: 'Bob', pieces: 1 },
  ];
  // One partition: the producer sends the second behind the first. The workload sends again for ever, so nothing is ever quiet.
  const held = (of: string, until: string, phrase: string): string =>
    `${of}: ${phrase} is held until after ${until}: ${phrase}`;
  const faults = [
    held('1st send of o10', '1st send of o9860', 'produce of OrderPlaced to log'),
    held(
      '1st delivery of OrderPlaced#o9991 to invoicing',
      '1st delivery of OrderPlaced#o9860 to invoicing',
      'produce of OrderInvoiced to log',
    ),
    'burst of 3 items from o10',
  ];
  expect(await failedOf({ workload, faults, seed: 3_284_478_999 })).toEqual([]);
});
