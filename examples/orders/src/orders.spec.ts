import { check, run } from 'eddy';
import { expect, test } from 'vitest';
import orders, { type Order } from './orders.scenario.ts';

const workload: Order[] = ['o1', 'o2', 'o3'].map((orderId) => ({ orderId, customerId: 'c1', cents: 100 }));

test('an order that cannot be read is parked, and the next ones are not held up', async () => {
  const faults = ['every delivery of OrderPlaced#o1: poison, not parseable'];
  const { outcome, notReached, properties } = await run(orders, { workload, faults });
  expect([outcome, notReached]).toEqual(['quiet', []]);
  expect(Object.values(properties).map(({ verdict }) => verdict)).not.toContain('fail');
});

test('a relay that marks its rows first loses one when it dies in between', async () => {
  const result = await check(orders, { runs: 25, variant: 'marks-first' });
  expect(result).toMatchObject({ verdict: 'fail', failures: [{ property: 'X2' }] });
});
