import { expect, test } from 'vitest';
import { run } from '../../index.ts';
import scenario from './order-stream.scenario.ts';

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
  const { properties, notReached } = await run(scenario, { workload, faults, seed: 2_876_025_052 });
  const failed = Object.entries(properties).flatMap(([id, { verdict }]) => (verdict === 'fail' ? [id] : []));
  expect([failed, notReached]).toEqual([[], []]);
});
