import { expect, test } from 'vitest';
import { noLoss, queueBroker } from '../../index.ts';
import { bank } from './bank.fixture.ts';
import { campaign } from './campaign.ts';
import { savedCase } from './explain/saved.fixture.ts';
import { replay } from './replay.ts';

test('a failure of a campaign is explained in full', async () => {
  const { shape } = savedCase('inbox-after-charge');
  const { failures } = await campaign(shape, 'inbox-after-charge', { seed: 1, runs: 100, bail: true });
  const failure = failures.find(({ property }) => property === 'I1');
  const { history = [], evidence = [], slice = [], twin, faults = [], neighbourhood } = failure ?? {};
  expect(failure?.happened).toContain('into db.charges');
  expect(neighbourhood?.runs).toBe(50);
  expect(faults.map(({ sentence }) => sentence)).toContain(twin?.without);
  expect(evidence).toHaveLength(2);
  // Each is caused by a delivery, which a publish caused, which the sending caused.
  const kinds = slice.map((n) => history[n]?.kind);
  expect(kinds).toEqual(expect.arrayContaining(['sent', 'published', 'delivered', 'inserted']));
  expect(slice).toEqual(expect.arrayContaining([...evidence]));
  expect(kinds).not.toContain('crashed');
});

test('the run as it was found is kept beside the minimal one, with what shows the violation there', async () => {
  const { shape } = savedCase('inbox-after-charge');
  const { failures } = await campaign(shape, 'inbox-after-charge', { seed: 1, runs: 100, bail: true });
  const { found, history = [] } = failures.find(({ property }) => property === 'I1') ?? {};
  const { history: before = [], evidence = [], slice = [], faults = [], entriesCut } = found ?? {};
  expect(before.length).toBeGreaterThan(history.length);
  expect([entriesCut, before.map(({ n }) => n)]).toEqual([0, before.map((_, n) => n)]);
  const struck = before
    .filter(({ kind }) => kind === 'fault')
    .map(({ data }) => (data as { sentence: string }).sentence);
  expect(struck.length).toBeGreaterThan(0);
  expect(faults).toEqual(expect.arrayContaining(struck));
  expect(evidence.map((n) => before[n]?.kind)).toEqual(['inserted', 'inserted']);
  expect(slice).toEqual(expect.arrayContaining([...evidence]));
});

test('a replay explains too, and asks its neighbours only when it is asked to', async () => {
  const { shape, repro } = savedCase('acks-first');
  const plain = await replay(shape, repro);
  expect(plain.failure).toMatchObject({ neighbourhood: { runs: 0, failed: 0 }, twin: { verdict: 'pass' } });
  expect(plain.failure?.happened).toContain('billing/0 acked');
  const asked = await replay(shape, repro, { neighbourhood: true });
  expect([asked.neighbourhood, asked.failure?.neighbourhood]).toEqual([
    { runs: 50, failed: 50 },
    { runs: 50, failed: 50 },
  ]);
});

test('of a message that comes to no end where no fault is to blame, it tells what became of it', async () => {
  const mq = queueBroker('mq', { queues: { deposits: {} } });
  const id = ({ id }: { id: string }): string => id;
  const shape = {
    ...bank(),
    properties: [noLoss(mq.confirmed('deposits').by(id), [mq.deadLettered('deposits').by(id)])],
  };
  const { failures } = await campaign(shape, 'correct', { seed: 1, runs: 5, bail: true });
  expect(failures[0]).toMatchObject({ property: 'D1', faults: [] });
  expect(failures[0]?.twin).toBeUndefined();
  expect(failures[0]?.happened).toMatch(/ and teller\/0 acked Deposit#\S+ at /);
});
