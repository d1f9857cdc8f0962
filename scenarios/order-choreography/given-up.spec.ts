/** A message that one instance cannot read while another is at work on it: one of the two tells what became of it. */
import { expect, test } from 'vitest';
import { run } from '../../index.ts';
import orderChoreography from './order-choreography.scenario.ts';

const STEP = 'OrderRequested#o942/OrderPlaced#1/PaymentTaken#1/StockReserved#1 to shipping';

interface Seen {
  readonly component?: string;
  readonly channels: readonly string[];
  readonly value: { readonly state?: string };
}

async function ranWith(faults: readonly string[]) {
  const result = await run(orderChoreography, {
    seed: 3_098_171_542,
    workload: [{ orderId: 'o942', cents: 1, sku: 'chair', country: 'Sweden' }],
    faults,
  });
  expect(result.notReached).toEqual([]);
  const failed = Object.entries(result.properties).flatMap(([id, { verdict }]) => (verdict === 'fail' ? [id] : []));
  /** What the rows of a table said in the end. */
  const last = (table: string): unknown => {
    const all = [...result.history()].map(({ data }) => data as Seen);
    return all.findLast(({ component, channels }) => component === 'db' && channels.includes(table))?.value.state;
  };
  return { failed, shipping: last('shipping'), order: last('orders') };
}

test('whoever could read it does the step, and who could not tells of it', async () => {
  const faults = [
    `1st delivery of ${STEP}: disconnect from mq before get from db.shipping`,
    `2nd delivery of ${STEP}: poison, not parseable`,
  ];
  expect(await ranWith(faults)).toEqual({ failed: [], shipping: 'done', order: 'completed' });
});

test('who cannot read it refuses it, and whoever comes later goes by that', async () => {
  const faults = [
    `1st delivery of ${STEP}: poison, not parseable`,
    `1st arrival of OrderRequested#o942/OrderPlaced#1/PaymentTaken#1/StockReserved#1 in shipping: comes again after 500 ms`,
  ];
  expect(await ranWith(faults)).toEqual({ failed: [], shipping: 'refused', order: 'cancelled' });
});
