import { afterAll, describe, expect, test, vi } from 'vitest';
import type { ScenarioShape } from '../../scenario.ts';
import { bank } from '../bank.fixture.ts';
import { campaign, type CampaignOptions } from '../campaign.ts';
import { readRepro, replay } from '../replay.ts';
import type { ScenarioResult } from '../result.ts';
import { ThreadCrew } from './crew.ts';
import { lossy as scenario, source } from './lossy.fixture.ts';

const lossy = scenario as unknown as ScenarioShape;
// Threads are slow to begin where many specs run beside each other.
vi.setConfig({ testTimeout: 240_000 });

const PATIENT = { limitMs: 60_000, memoryMb: 96 };
const one = new ThreadCrew({ workers: 1, ...PATIENT });
const crews = [one, new ThreadCrew({ workers: 3, ...PATIENT })];
const stricts: ThreadCrew[] = [];
/** One of its own for each who has it end a thread. */
function strict(): ThreadCrew {
  const crew = new ThreadCrew({ workers: 1, limitMs: 4_000, loadLimitMs: 6_000 });
  stricts.push(crew);
  return crew;
}

afterAll(() => Promise.all([...crews, ...stricts].map((crew) => crew.close())));

const spins = { source, scenario: 'lossy', variant: 'spins' };

function made(variant: string, o: Partial<CampaignOptions>): Promise<ScenarioResult> {
  return campaign(lossy, variant, { seed: 5, runs: 1000, source, ...o });
}

describe('the same campaign comes out, byte for byte, whoever makes its runs', () => {
  const inRounds = { runs: 170 };
  test.each([
    ['that passes', 'correct', inRounds],
    ['whose runs are all checked', 'correct', { runs: 30, checkDeterminism: true }],
    ['at random', 'correct', { runs: 30, strategy: 'random' }],
    ['of kinds outside the model', 'correct', { runs: 30, beyond: true }],
  ] as const)('one %s', async (_, variant, o) => {
    const here = await made(variant, o);
    // Also in the fresh thread of the determinism check, where items that are instances of classes must be such.
    expect(here.diverged).toBeUndefined();
    for (const crew of crews) expect(JSON.stringify(await made(variant, { ...o, crew }))).toBe(JSON.stringify(here));
  });

  test('one whose wrong scenario fails, to the first failure and beyond', async () => {
    const wrong = await import('../../../scenarios/payments/payments.scenario.ts');
    const shape = wrong.default as unknown as ScenarioShape;
    const url = new URL('../../../scenarios/payments/payments.scenario.ts', import.meta.url).href;
    for (const o of [{ bail: true }, {}]) {
      const options = { seed: 11, runs: 60, source: url, ...o };
      const here = await campaign(shape, 'trusts-redelivered', options);
      expect(here.failures.length).toBeGreaterThan(0);
      for (const crew of crews) expect(await campaign(shape, 'trusts-redelivered', { ...options, crew })).toEqual(here);
    }
  });
});

describe('a run that takes its thread with it', () => {
  test('does not end the campaign before the third, whoever makes its runs', async () => {
    const [result, other] = await Promise.all(crews.map((crew) => made('exits-seldom', { crew })));
    expect(other).toEqual(result);
    const [first] = result?.failures ?? [];
    expect(result?.failures).toHaveLength(1);
    // It ends with the third, which is two runs further at least.
    expect(result?.runs).toBeGreaterThan((first?.found.run ?? 0) + 1);
    expect(result?.properties.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['few', 'pass'],
      ['crash', 'fail'],
    ]);
  });

  test.each([
    ['exits', 'ended its thread'],
    ['hoards', 'needed more memory than the 96 MB'],
  ])('when it %s is a finding of its own', async (variant, how) => {
    const result = await made(variant, { crew: one, bail: true });
    expect(result).toMatchObject({ verdict: 'fail', caught: false });
    expect(result.failures.map(({ property, says }) => [property, says])).toEqual([
      ['crash', expect.stringContaining(how)],
    ]);
  });

  test('under a random rule is told with what the rule had struck with', async () => {
    const { failures } = await made('exits', { crew: one, strategy: 'random' });
    expect(failures[0]?.found.strategy).toBe('random');
    const repro = readRepro(failures[0]?.token ?? '');
    expect(repro.faults.length).toBeGreaterThan(0);
    expect((await replay(lossy, repro, { hands: one.handsFor({ ...spins, variant: 'exits' }) })).verdict).toBe(
      'reproduced',
    );
  });
});

test('what a module keeps of clocks and draws answers from the world in threads, and not in this one', async () => {
  const checked = { runs: 20, checkDeterminism: true };
  expect((await made('keeps', { ...checked, crew: one })).diverged).toBeUndefined();
  expect((await made('keeps', checked)).diverged?.cause).toMatch(/^(clock|draw|state)$/);
});

test('a campaign that is interrupted keeps what its threads have made', async () => {
  const interruption = new AbortController();
  const result = await made('correct', {
    crew: one,
    runs: 1_000_000,
    signal: interruption.signal,
    onProgress: (done) => done === 30 && interruption.abort(),
  });
  expect(result.runs).toBeGreaterThanOrEqual(29);
  expect(result.runs).toBeLessThan(200);
  expect(result.digest).toBeUndefined();
});

test('time cuts a campaign', async () => {
  const result = await made('correct', { crew: one, runs: 1_000_000, timeMs: 300 });
  expect(result.runs).toBeLessThan(100_000);
  expect(result.digest).toBeUndefined();
});

// Each waits for a watchdog, so they wait beside each other.
describe.concurrent('what a watchdog ends', () => {
  test('a run that goes round for ever is a finding, with its seed and plan', async () => {
    const crew = strict();
    const result = await made('spins', { crew, runs: 3 });
    expect(result.verdict).toBe('fail');
    expect(result.properties.at(-1)).toMatchObject({ id: 'hang', name: 'runs-end', verdict: 'fail' });
    const [hang, ...more] = result.failures;
    expect(more).toEqual([]);
    expect(hang).toMatchObject({ property: 'hang', says: expect.stringContaining('blocked its thread for 4 s') });
    expect(hang?.faults.length).toBeGreaterThan(0);
    const repro = readRepro(hang?.token ?? '');
    expect(await replay(lossy, repro, { source, hands: crew.handsFor(spins) })).toMatchObject({
      verdict: 'reproduced',
    });
    expect(
      (await replay(lossy, repro, { hands: crew.handsFor({ ...spins, variant: 'correct' }), variant: 'correct' }))
        .verdict,
    ).toBe('fixed');
  });

  test.each([
    ['waits for ever', 'await new Promise(() => {})', 'was still loading after 6 s'],
    ['ends its thread', 'process.exit(0)', 'ended its thread while it was loading'],
    ['throws', 'throw new Error("no luck")', 'no luck'],
    ['holds another scenario', 'export const one = 1', 'no longer exports a scenario named bank'],
  ])('a module that %s where a thread loads it ends the campaign with a sentence', async (_, code, sentence) => {
    const url = `data:text/javascript,${encodeURIComponent(code)}`;
    const crew = strict();
    const result = campaign(bank(), 'correct', { seed: 1, runs: 50, source: url, crew });
    await expect(result).rejects.toMatchObject({ code: 'EDDY_WORKER', message: expect.stringContaining(sentence) });
  });
});
