import { check, run } from 'eddy';
import { expect, test } from 'vitest';
import billing from './billing.scenario.ts';

test('the inbox holds whatever befalls the consumer', async () => {
  expect(await check(billing, { runs: 40 })).toMatchObject({ verdict: 'pass' });
});

test('an inbox that is written after the charge does not', async () => {
  const result = await check(billing, { runs: 25, variant: 'inbox-after-charge' });
  expect(result).toMatchObject({ verdict: 'fail', failures: [{ property: 'I1' }] });
});

test('a crash right after the first commit, as it once charged somebody twice', async () => {
  const input = {
    workload: [{ transactionId: 'p1', customerId: 'c1', cents: 100 }],
    faults: ['1st delivery of PaymentRequested#p1 to billing: crash between commit on db and its answer'],
  };
  const right = await run(billing, input);
  expect([right.notReached, right.properties['I1']?.verdict]).toEqual([[], 'pass']);
  const wrong = await run(billing, { ...input, variant: 'inbox-after-charge' });
  expect(wrong.properties['I1']?.verdict).toBe('fail');
});
