/** The README's test: the example's consumer is not idempotent, and Eddy says so. */
import { check } from 'eddy';
import { expect, test } from 'vitest';
import welcome from './inbox.scenario.ts';

test('somebody is welcomed twice when the message comes twice', async () => {
  const result = await check(welcome, { runs: 300 });
  expect(result).toMatchObject({ verdict: 'fail', failures: [{ property: 'I1' }] });
});
