import { expect, test } from 'vitest';
import { campaign } from '../campaign.ts';
import { singCanary } from './canary.ts';

test('the canaries are caught, and the right variant is not', async () => {
  const results = await singCanary({});
  expect(results.map(({ variant, caught }) => [variant, caught])).toEqual([
    ['sings-twice', true],
    ['forgets-all', true],
  ]);
  expect(results[0]?.runs).toBe(1);
});

test.each<[string, typeof campaign, string]>([
  [
    'catches nothing',
    async (shape, variant, o) => ({ ...(await campaign(shape, variant, o)), verdict: 'pass', caught: false }),
    'The canary "sings-twice" was not caught in 1 runs',
  ],
  [
    'strikes with no fault',
    (shape, variant, o) => campaign(shape, variant, { ...o, kinds: [] }),
    'The canary "forgets-all" was not caught in 100 runs',
  ],
  [
    'accuses everything',
    async (shape, variant, o) => ({ ...(await campaign(shape, variant, o)), verdict: 'fail', runs: 2 }),
    'The canary "correct" was accused in run 2',
  ],
])('a pipeline that %s is broken', async (_, broken, sentence) => {
  await expect(singCanary({ campaign: broken })).rejects.toMatchObject({
    code: 'EDDY_LAW',
    message: expect.stringContaining(sentence),
  });
});

test('an interrupted canary says nothing', async () => {
  expect(await singCanary({ signal: AbortSignal.abort() })).toEqual([]);
});
