import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CampaignResult } from '../../properties/runner/result.ts';
import type { CorrectRuns } from '../../properties/runner/detection/correct.ts';
import type { Detection } from '../../properties/runner/detection/detect.ts';
import payments from '../../scenarios/payments/payments.scenario.ts';
import { EddyError } from '../../sim/errors.ts';
import { type Engine, engine as realEngine } from '../engine.ts';
import { main } from '../main.ts';
import { aFailure, type FakeHost, fakeEngine, fakeHost, tempFolder, validLines } from '../testing.fixture.ts';
import { detect, type DetectTyped } from './detect.ts';

const runs = { median: 4, low: 2, high: 9, p90: 9, censored: 0, seeds: 20 };
const measured: Detection = {
  scenario: 'payments',
  variant: 'acks-first',
  catalogue: 1,
  expected: 'D1',
  caught: true,
  violated: ['D1', 'P1'],
  guided: runs,
  random: { ...runs, median: 500, high: 500, p90: 500, censored: 12 },
  cpuMs: 12,
};
const correct: CorrectRuns = {
  scenario: 'payments',
  runs: 10_000,
  struck: 9_000,
  falseAlarms: 0,
  violated: [],
  below: 0.0003,
  seldom: [],
  failures: [],
};

function engineOf(o: Partial<Engine> = {}): Engine {
  return fakeEngine({
    singCanary: () => Promise.resolve([{ variant: 'sings-twice', caught: true, runs: 1 }]),
    correctRuns: () => Promise.resolve(correct),
    detect: ({ variant }) => Promise.resolve({ ...measured, variant }),
    ...o,
  });
}

async function detected(
  o: Partial<Engine> = {},
  typed: DetectTyped = {},
): Promise<{ host: FakeHost; exitCode: number }> {
  const host = fakeHost();
  return { host, exitCode: await detect(['payments'], { json: true, ...typed }, host, engineOf(o)) };
}

const WRONG = payments.variants.length;
const made = [{ variant: 'acks-first of shop', what: 'it acks before its handler', shape: { name: 'shop' } as never }];

describe('eddy detect', () => {
  test('tells the canaries, the correct variant, each wrong one, and the sum, all within the schema', async () => {
    const { host, exitCode } = await detected();
    expect(exitCode).toBe(0);
    const lines = validLines(host.said);
    expect(lines.map(({ type }) => type)).toEqual([
      'start',
      'canary',
      'detect-correct',
      ...Array.from({ length: WRONG }, () => 'detect'),
      'detect-summary',
      'end',
    ]);
    const { median, low, high, p90 } = runs;
    expect(lines[3]).toEqual({
      type: 'detect',
      schema: 1,
      scenario: 'payments',
      variant: 'acks-first',
      catalogue: 1,
      expected: 'D1',
      caught: true,
      violated: ['D1', 'P1'],
      guided: { median, low, high, p90, censored: 0 },
      random: { median: 500, low, high: 500, p90: 500, censored: 12 },
      cpuMs: 12,
    });
    expect(lines.at(-2)).toMatchObject({
      variants: WRONG,
      caught: WRONG,
      hard: WRONG,
      ratioHard: 125,
      correctRuns: 10_000,
    });
    expect(lines.at(-1)).toMatchObject({ verdict: 'pass', exitCode: 0 });
  });

  test.each<[string, Partial<Engine>, number, string]>([
    ['a variant is missed', { detect: () => Promise.resolve({ ...measured, caught: false }) }, 1, 'fail'],
    [
      'the correct one is accused',
      { correctRuns: () => Promise.resolve({ ...correct, falseAlarms: 1, violated: ['D1'], failures: [aFailure()] }) },
      1,
      'fail',
    ],
    [
      'two runs differ',
      {
        detect: () =>
          Promise.resolve({ ...measured, caught: false, diverged: { says: 'x', at: 1, first: null, second: null } }),
      },
      3,
      'unknown',
    ],
  ])('ends when %s', async (_, o, exitCode, verdict) => {
    const { host, exitCode: ended } = await detected(o);
    expect(ended).toBe(exitCode);
    expect(validLines(host.said).at(-1)).toMatchObject({ verdict, exitCode });
  });

  test('makes variants by sabotage of a scenario that has none; one that nobody notices leaves it open', async () => {
    const few = async (caught: boolean): Promise<{ host: FakeHost; exitCode: number }> => {
      const host = fakeHost();
      const one = { ...measured, expected: 'any', caught };
      const engine = engineOf({ sabotaged: () => Promise.resolve(made), detect: () => Promise.resolve(one) });
      return { host, exitCode: await detect(['examples/inbox.scenario.ts'], { json: true }, host, engine) };
    };
    const { host, exitCode } = await few(true);
    expect(exitCode).toBe(0);
    expect(validLines(host.said).filter(({ type }) => type === 'detect')).toEqual([
      expect.objectContaining({
        variant: 'acks-first of shop',
        sabotage: 'it acks before its handler',
        expected: 'any',
      }),
    ]);
    expect((await few(false)).exitCode).toBe(2);
  });

  test('a canary that gets away ends it before anything is measured', async () => {
    const broken = new EddyError('EDDY_LAW', 'The canary "sings-twice" was not caught');
    const host = fakeHost();
    const engine = engineOf({ singCanary: () => Promise.reject(broken) });
    await expect(detect(['payments'], { json: true }, host, engine)).rejects.toBe(broken);
    expect(validLines(host.said).map(({ type }) => type)).toEqual(['start', 'end']);
    expect(validLines(host.said)[1]).toMatchObject({ exitCode: 70 });
  });

  test('when interrupted, what was measured before is told, and what was cut off is not', async () => {
    const host = fakeHost();
    const detectOne: Engine['detect'] = ({ variant }) => {
      if (variant !== 'acks-errors') return Promise.resolve({ ...measured, variant });
      host.interruption.abort();
      return Promise.resolve({ ...measured, variant, random: { ...runs, seeds: 3 } });
    };
    expect(await detect(['payments'], { json: true }, host, engineOf({ detect: detectOne }))).toBe(130);
    const lines = validLines(host.said);
    expect(lines.flatMap(({ type, variant }) => (type === 'detect' ? [variant] : []))).toEqual(['acks-first']);
    expect(lines.at(-1)).toMatchObject({ exitCode: 130, verdict: 'unknown' });
  });

  test('spends what is asked for', async () => {
    const seen: unknown[] = [];
    const o: Partial<Engine> = {
      detect: (given, { seeds, randomRuns }) => {
        seen.push([seeds, randomRuns]);
        return Promise.resolve({ ...measured, variant: given.variant });
      },
    };
    await detected(o);
    expect(seen[0]).toEqual([20, 500]);
    await detected(o, { quick: true });
    expect(seen[WRONG]).toEqual([2, 500]);
    await detected(o, { seeds: '7', runs: '9' });
    expect(seen[2 * WRONG]).toEqual([7, 9]);
    await expect(detected(o, { seeds: '0' })).rejects.toThrow('--seeds 0');
  });

  test('for people: a line each, what is missed named, the rule of three, and quick said to be no measurement', async () => {
    const { host } = await detected(
      { detect: ({ variant }) => Promise.resolve({ ...measured, variant, caught: variant !== 'acks-first' }) },
      { json: false, quick: true },
    );
    const text = host.said.join('\n');
    for (const part of [
      '--quick: enough to see that something broke; quote no number of it',
      'canary sings-twice: caught in run 1',
      'no failure in 10000 runs means p < 0.0003 for a run of this generator',
      '    missed: caught with 20 of 20 seeds',
      `${WRONG - 1} of ${WRONG} wrong variants caught within the budget`,
      '0 false alarms in 10000 runs of correct variants',
      `${WRONG} hard for random search (median above 100 runs): guided needs 125 times fewer, geometric mean`,
      'not within the budget: payments acks-first',
    ])
      expect(text).toContain(part);
    expect(text).toMatch(/✓ payments acks-errors +D1 +4 \[2, 9\] +9 +>500 \[2, >500\] +125x/);
  });

  test('a false alarm is explained, with the command that replays it', async () => {
    const accused = { ...correct, falseAlarms: 1, violated: ['I1'], failures: [aFailure({ token: 'eddy1.x' })] };
    const { host } = await detected({ correctRuns: () => Promise.resolve(accused) }, { json: false });
    const text = host.said.join('\n');
    expect(text).toContain('accused: I1 failed in 10000 runs');
    expect(text).toContain('✗ payments (correct) violates I1 charged-once');
    expect(text).toContain('repro eddy1.x');
  });

  test('measures for real', { timeout: 60_000 }, async () => {
    const small = { seeds: 2, guidedRuns: 30, randomRuns: 10, correctRuns: 20 };
    const host = fakeHost();
    const engine: Engine = { ...realEngine, effort: { full: small, quick: small } };
    await detect(['rolling-deploy'], { json: true, quick: true }, host, engine);
    const lines = validLines(host.said);
    expect(lines.filter(({ type }) => type === 'canary')).toHaveLength(2);
    expect(lines.find(({ type }) => type === 'detect-correct')).toMatchObject({
      runs: 20,
      falseAlarms: 0,
      below: 0.15,
    });
    expect(lines.find(({ variant }) => variant === 'acks-on-arrival')).toMatchObject({ caught: true, expected: 'D1' });
  });

  test('refuses what it cannot read', async () => {
    const host = fakeHost();
    expect(await main(['detect', 'payments', '--seeds', 'x'], host)).toBe(64);
    expect(await main(['detect', 'nowhere'], host)).toBe(64);
    expect(host.errors.join('\n')).toContain('There is no scenario "nowhere"');
  });
});

test('--out leaves a report of what was measured', async () => {
  const written: CampaignResult[] = [];
  const host = fakeHost();
  const engine = engineOf({
    writeReports: (result) => {
      written.push(result);
      return { html: join(result.command, 'index.html'), json: '', junit: '', markdown: '' };
    },
  });
  const out = tempFolder();
  await detect(['payments'], { quick: true, json: true, out }, host, engine);
  expect(written[0]?.detection?.correct.map(({ scenario }) => scenario)).toEqual(['payments']);
  expect(written[0]?.detection?.variants.length).toBeGreaterThan(5);
  expect(JSON.stringify(written[0])).not.toContain('cpuMs');
  expect(validLines(host.said).at(-1)).toMatchObject({ type: 'end', report: expect.stringContaining('index.html') });
});
