/** A message that one instance cannot read while another is at work on it: one of the two tells what became of it. */
import { expect, test } from 'vitest';
import { run } from '../../index.ts';
import orderChoreography from './order-choreography.scenario.ts';

const STEP = 'OrderRequested#o942/OrderPlaced#1/PaymentTaken#1/StockReserved#1 to shipping';

async function failedOf(faults: readonly string[]): Promise<readonly string[]> {
  const { notReached, properties } = await run(orderChoreography, {
    seed: 3_098_171_542,
    workload: [{ orderId: 'o942', cents: 1, sku: 'chair', country: 'Sweden' }],
    faults,
  });
  expect(notReached).toEqual([]);
  return Object.entries(properties).flatMap(([id, { verdict }]) => (verdict === 'fail' ? [id] : []));
}

test('whoever could read it does the step, and who could not tells of it', async () => {
  const faults = [
    `1st delivery of ${STEP}: disconnect from mq before get from db.shipping`,
    `2nd delivery of ${STEP}: poison, not parseable`,
  ];
  expect(await failedOf(faults)).toEqual([]);
});

test('who cannot read it refuses it, and whoever comes later goes by that', async () => {
  const faults = [
    `1st delivery of ${STEP}: poison, not parseable`,
    `1st arrival of OrderRequested#o942/OrderPlaced#1/PaymentTaken#1/StockReserved#1 in shipping: comes again after 5 s`,
  ];
  expect(await failedOf(faults)).toEqual([]);
});
