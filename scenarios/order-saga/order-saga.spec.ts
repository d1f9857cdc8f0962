import { expect, test } from 'vitest';
import { run } from '../../index.ts';
import scenario from './order-saga.scenario.ts';

/** What fails of a run with one order, by seed; each fault is reached. */
async function failedUnder(faults: readonly string[], seed: number): Promise<readonly string[]> {
  const order = { orderId: 'o1', cents: 1, sku: 'chair', country: 'Sweden' };
  const { properties, notReached } = await run(scenario, { workload: [order], faults, seed });
  expect(notReached).toEqual([]);
  return Object.entries(properties).flatMap(([id, { verdict }]) => (verdict === 'fail' ? [id] : []));
}

const ORDER = 'OrderPlaced#o1 to orchestrator';
const ANSWER = 'OrderPlaced#o1/StepOrdered#1/StepAnswered#1 to orchestrator';

test.each([
  ['an order', [`1st delivery of ${ORDER}: disconnect from mq after insert into db.sagas`, `2nd delivery of ${ORDER}`]],
  ['an answer', [`1st delivery of ${ANSWER}: disconnect from mq after scan of db.sagas`, `2nd delivery of ${ANSWER}`]],
])('who cannot read %s waits for whoever could, and is at it still', async (_, [struck, spoiled]) => {
  for (let seed = 1; seed <= 20; seed++)
    expect([seed, await failedUnder([`${struck}`, `${spoiled}: poison, not parseable`], seed)]).toEqual([seed, []]);
});
