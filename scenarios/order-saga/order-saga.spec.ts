import { expect, test } from 'vitest';
import { run } from '../../index.ts';
import scenario from './order-saga.scenario.ts';

test('who cannot read an order waits for whoever could, and is at it still', async () => {
  const order = { orderId: 'o1', cents: 1, sku: 'chair', country: 'Sweden' };
  const faults = [
    '1st delivery of OrderPlaced#o1 to orchestrator: disconnect from mq after insert into db.sagas',
    '2nd delivery of OrderPlaced#o1 to orchestrator: poison, not parseable',
  ];
  for (let seed = 1; seed <= 20; seed++) {
    const { properties, notReached } = await run(scenario, { workload: [order], faults, seed });
    const failed = Object.entries(properties).flatMap(([id, { verdict }]) => (verdict === 'fail' ? [id] : []));
    expect([seed, failed, notReached]).toEqual([seed, [], []]);
  }
});
