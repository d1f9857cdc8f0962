import { afterEach, expect, test, vi } from 'vitest';
import { QueueBroker } from '../../sim/brokers/queue/broker.ts';
import { bank } from './bank.fixture.ts';
import { campaign } from './campaign.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test('a handler that keeps state outside its start is found, and the first differing entry named', async () => {
  let handled = 0;
  const forgetful = bank({ before: () => new Promise((resolve) => setTimeout(resolve, 1 + (handled++ % 7))) });
  const result = await campaign(forgetful, 'correct', { seed: 1, runs: 100 });
  expect(result.diverged?.at).toBeGreaterThan(0);
  expect(result.diverged?.says).toMatch(/differ from entry \d+ on: \w+ by \S+ at \d+ us against \w+ by \S+ at \d+ us/);
  expect(result.diverged?.first).not.toEqual(result.diverged?.second);
});

test('a law of Eddy that does not hold is its own error', async () => {
  vi.spyOn(QueueBroker.prototype, 'brokenLaw', 'get').mockReturnValue('queue deposits: 3 enqueued, 2 accounted for');
  await expect(campaign(bank(), 'correct', { seed: 1, runs: 10 })).rejects.toMatchObject({ code: 'EDDY_LAW' });
});
