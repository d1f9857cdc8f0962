import { expect, test } from 'vitest';
import { Bench, envelope } from './bench.fixture.ts';

/** Each breaks a queue behind its back. */
test.each([
  ['enqueued', 2, 'queue late: 2 enqueued, but ready 1 + unacked 0 + settled 0 + given up 0 make 1'],
  ['settled', 1, 'queue late: 1 enqueued, but ready 1 + unacked 0 + settled 1 + given up 0 make 2'],
  ['gaveUp', 1, 'queue late: 1 enqueued, but ready 1 + unacked 0 + settled 0 + given up 1 make 2'],
] as const)('messages that come from nowhere or vanish are told, in whichever queue: %s', (what, count, says) => {
  const bench = new Bench({ queues: { early: {}, late: {} } });
  bench.broker.publish(envelope('m1'), ['late']);
  expect(bench.broker.brokenLaw).toBe(undefined);
  bench.queue('late').totals[what] = count;
  expect(bench.broker.brokenLaw).toBe(says);
});
