import { expect, test } from 'vitest';
import { parseFault } from '../../sim/faults/parse.ts';
import { inWorlds } from '../../sim/simulate.ts';
import { type ScenarioShape, systemOf } from '../scenario.ts';
import { bank, type Deposit } from './bank.fixture.ts';
import { campaign } from './campaign.ts';
import { execute } from './execute.ts';
import { countedOf, Tally } from './tally.ts';

test('a scenario without properties has not passed', async () => {
  const empty: ScenarioShape = { ...bank(), properties: [] };
  expect((await campaign(empty, 'correct', { seed: 1, runs: 40 })).verdict).toBe('unknown');
});

test('an arrival that comes late counts as the kind that it is of', async () => {
  const shape = bank();
  const tally = new Tally(shape.properties);
  const deposit: Deposit = { id: 'd1', amount: 5 };
  const plan = [parseFault('1st arrival of Deposit#d1 in deposits: comes 3 s late')];
  const made = await inWorlds(() =>
    execute(systemOf(shape, 'correct'), shape.properties, { seed: 1, items: [deposit], plan }),
  );
  tally.add(countedOf(made));
  tally.add({ ...countedOf(made), faults: [{ kind: 'delay', reached: true, tookEffect: false }] });
  expect(tally.coverage).toEqual([{ kind: 'delay', planned: 2, reached: 2, tookEffect: 1 }]);
  expect([tally.runs, tally.struck]).toEqual([2, 1]);
});

test('what is thrown without any fault, and nobody catches, comes first where nothing can be said', async () => {
  const broken = bank();
  const { teller } = broken.services as Record<string, { start: unknown }>;
  const start = (): Promise<never> => Promise.reject(new RangeError('no config'));
  const services = { teller: { ...teller, start } } as unknown as ScenarioShape['services'];
  const { verdict, properties } = await campaign(
    { ...broken, services, properties: broken.properties.slice(0, 1) },
    'correct',
    { seed: 1, runs: 2 },
  );
  expect(verdict).toBe('unknown');
  expect(properties[0]?.says).toMatch(
    /^RangeError: no config \(.*tally\.spec\.ts:\d+\) in teller, \d+ times, without any fault; nothing was/,
  );
});

test('of kinds that were asked for by name, and of which nothing took effect, nothing is shown', async () => {
  const o = { seed: 1, runs: 60 };
  const { verdict, properties } = await campaign(bank(), 'correct', { ...o, kinds: ['failover', 'rebalance'] });
  expect([verdict, new Set(properties.map(({ says }) => says))]).toEqual([
    'unknown',
    new Set(['no fault took effect of failover, rebalance']),
  ]);
  expect((await campaign(bank(), 'correct', { ...o, kinds: ['failover', 'duplicate'] })).struck).toBeGreaterThan(0);
  const calm = await campaign(bank(), 'correct', { ...o, kinds: [] });
  expect(calm.properties.some(({ verdict }) => verdict === 'pass')).toBe(true);
});
