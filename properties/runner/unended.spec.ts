/** A campaign in which many runs go on until a bound says so, whatever its properties come to. */
import { expect, test } from 'vitest';
import type { ScenarioShape } from '../scenario.ts';
import { bank } from './bank.fixture.ts';
import { campaign } from './campaign.ts';
import { readRepro, replay } from './replay.ts';
import type { RunMade } from './slice-work.ts';
import { Unended } from './unended.ts';

/** Half of the deposits it gives back for ever. */
const looping = (): ScenarioShape =>
  bank({
    before: ({ id }) => {
      if (/^[0-7]/.test(id)) throw new Error('never');
    },
  });

const made = (unended?: string): RunMade => ({
  digest: 'ab',
  verdicts: [],
  faults: [],
  strategy: 'probe',
  plan: [],
  ...(unended !== undefined && { unended }),
});

/** What is told of so many runs, of which these have no end. */
function told(runs: number, unended: number) {
  const all = new Unended();
  for (let run = 1; run <= runs; run++) all.add(run, 0, made(run > runs - unended ? `round ${run}` : undefined));
  return all.result(bank(), 'correct', { seed: 1, runs });
}

test('few of them are not told, a tenth is, with the first', () => {
  expect([told(10, 3), told(300, 29), told(300, 0)]).toEqual([undefined, undefined, undefined]);
  expect(told(10, 4)).toMatchObject({ runs: 4, says: expect.stringMatching(/^4 of 10 runs .* run 7: round 7$/) });
  expect(told(300, 30)).toMatchObject({
    runs: 30,
    says: expect.stringMatching(/^30 of 300 runs .* run 271: round 271$/),
  });
});

test('a campaign tells them, with what replays the first, unless a failure shows it', async () => {
  const shape = looping();
  const blind = { ...shape, properties: shape.properties.filter(({ id }) => id !== 'D5') };
  const o = { seed: 1, runs: 9 };
  const { unended, verdict, properties } = await campaign(blind, 'correct', o);
  expect(verdict).toBe('unknown');
  expect(unended?.runs).toBeGreaterThan(3);
  expect(properties.find(({ id }) => id === 'D1')?.exercised).toBeLessThan(6);
  const first = readRepro(unended?.token ?? '');
  expect(first.property).toBe('D1');
  const again = await replay(blind, first);
  expect([again.digest, again.says]).toEqual([first.digest, [expect.stringContaining('went on until a bound')]]);
  const caught = await campaign(shape, 'correct', { ...o, runs: 5, nearby: 1 });
  expect([caught.verdict, caught.failures[0]?.outcome, caught.unended]).toEqual(['fail', 'bound', undefined]);
});
