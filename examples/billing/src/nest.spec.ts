import { check } from 'eddy';
import { expect, test } from 'vitest';
import billing from './nest.scenario.ts';

test('within the container the inbox holds', async () => {
  expect(await check(billing, { runs: 40 })).toMatchObject({ verdict: 'pass' });
});

test('and an inbox that is written after the charge does not', async () => {
  const result = await check(billing, { runs: 25, variant: 'inbox-after-charge' });
  expect(result).toMatchObject({ verdict: 'fail', failures: [{ property: 'I1' }] });
});
