/** A message that one instance cannot read while another is at work on what follows from it: one of the two comes first. */
import { expect, test } from 'vitest';
import { run } from '../../index.ts';
import orderJourney from './order-journey.scenario.ts';

const order = (orderId: string) => ({ orderId, sku: 'chair', cents: 1 });

test('what follows from a message that was given up is not written down, and never told', async () => {
  const result = await run(orderJourney, {
    seed: 474_599_852,
    workload: [order('o913'), order('o392'), order('o811')],
    faults: [
      '1st delivery of OrderRequested#o913 to orders: deploy of orders on receipt',
      '1st delivery of OrderRequested#o913 to orders: disconnect from mq after insert into db.events',
      '2nd delivery of OrderRequested#o913 to orders: poison, not parseable',
      '1st send of o392: publish of OrderRequested to mq fails',
      '1st delivery of OrderRequested#o811 to orders: crash before get from db.events',
    ],
  });
  expect(result.notReached).toEqual([]);
  expect(result.properties['X2']).toMatchObject({ verdict: 'pass' });
  expect(result.properties['D1']).toMatchObject({ verdict: 'pass' });
});
