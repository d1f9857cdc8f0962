import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EddyError } from '../../sim/errors.ts';
import type { CampaignOptions } from '../../properties/runner/campaign.ts';
import type { ScenarioResult } from '../../properties/runner/result.ts';
import { aFailure, aResult, fakeEngine, fakeHost, tempFolder, validLines } from '../testing.fixture.ts';
import { run, type RunOptions } from './run.ts';

const out = tempFolder();
const typed: RunOptions = { runs: '1000', workers: '1', out, json: true };
const failing = aResult({ verdict: 'fail', failures: [aFailure(), aFailure({ name: 'card-charged-once' })] });

function answering(result: ScenarioResult, asked: CampaignOptions[] = []) {
  return fakeEngine({
    campaign: (_scenario, variant, options) => {
      asked.push(options);
      return Promise.resolve({ ...result, variant });
    },
  });
}

describe('eddy run', () => {
  test('prints the seed first, each campaign, its failures, and the end, all within the schema', async () => {
    const host = fakeHost();
    expect(await run(['payments'], typed, host, answering(failing))).toBe(1);
    const lines = validLines(host.said);
    expect(lines.map(({ type }) => type)).toEqual(['start', 'scenario', 'failure', 'failure', 'end']);
    expect(lines[0]).toMatchObject({ seed: 7, command: 'run payments' });
    expect(lines.at(-1)).toMatchObject({ verdict: 'fail', exitCode: 1 });
  });

  test('saves two failures of one property apart, and says where', async () => {
    const host = fakeHost();
    await run(['payments'], typed, host, answering(failing));
    const files = validLines(host.said).flatMap(({ type, file }) => (type === 'failure' ? [file] : []));
    expect(files).toEqual([
      join(out, 'failures/payments-correct-I1.json'),
      join(out, 'failures/payments-correct-I1-2.json'),
    ]);
    expect(files.map((file) => readFileSync(String(file), 'utf8'))).toEqual(['{}\n', '{}\n']);
  });

  test('is inconclusive with 2, not deterministic with 3', async () => {
    const unsure = aResult({ verdict: 'unknown' });
    expect(await run(['payments'], typed, fakeHost(), answering(unsure))).toBe(2);
    const diverged = { says: 'differs', at: 0, first: null, second: null };
    expect(await run(['payments'], typed, fakeHost(), answering({ ...failing, diverged }))).toBe(3);
  });

  test('says in one line that a campaign that ended early tells nothing of the rest, and else why of each', async () => {
    const unsure = ['D1', 'D5'].map((id) => ({
      id,
      name: 'rest',
      kind: 'safety' as const,
      verdict: 'unknown' as const,
      exercised: 1,
    }));
    const doubtsAfter = async (runs: number): Promise<readonly string[]> => {
      const host = fakeHost();
      const result = { ...failing, runs, properties: [...failing.properties, ...unsure] };
      await run(['payments'], { ...typed, json: false }, host, answering(result));
      return host.said.filter((line) => line.startsWith('    ?'));
    };
    expect(await doubtsAfter(4)).toEqual(['    ? nothing can be said of 2 others: it ended after 4 runs']);
    expect(await doubtsAfter(40)).toEqual([
      '    ? D1 rest: its premise came up in 1 run',
      '    ? D5 rest: its premise came up in 1 run',
    ]);
  });

  test('runs that went on until a bound are told, with what replays the first', async () => {
    const host = fakeHost();
    const unended = { runs: 12, says: '12 of 40 runs went on until a bound', token: 'eddy1.first' };
    expect(await run(['payments'], { ...typed, json: false }, host, answering(aResult({ unended })))).toBe(0);
    const at = host.said.indexOf('    ? 12 of 40 runs went on until a bound');
    expect(host.said[at + 1]).toMatch(/^ {6}.* repro eddy1\.first$/);
  });

  test('of a wrong variant that is missed the terminal says what failed in its place', async () => {
    const missed = aResult({
      variant: 'x',
      expected: 'D1',
      because: 'it loses',
      caught: false,
      verdict: 'fail',
      failures: [aFailure()],
    });
    const host = fakeHost();
    expect(await run(['payments'], { ...typed, json: false, variant: 'acks-first' }, host, answering(missed, []))).toBe(
      1,
    );
    expect(host.said.join('\n')).toContain('D1 should fail: it loses; in its place failed I1 charged-once');
  });

  test('a wrong variant whose time was up is said to be cut off, and ends with 2', async () => {
    const { digest: _, ...cut } = aResult({ variant: 'acks-first', expected: 'D1', verdict: 'unknown', caught: false });
    const host = fakeHost();
    expect(await run(['payments'], { ...typed, json: false, variant: 'all' }, host, answering(cut, []))).toBe(2);
    expect(host.said.join('\n')).toMatch(/acks-first +cut off/);
    expect(host.said.join('\n')).not.toContain('missed');
  });

  test('with all, a wrong variant that is caught passes and one that is missed fails', async () => {
    const asked: CampaignOptions[] = [];
    const all = { ...typed, variant: 'all' };
    const caught = aResult({ expected: 'I1', caught: true });
    expect(await run(['payments'], all, fakeHost(), answering(caught, asked))).toBe(0);
    expect(asked.filter(({ bail }) => bail !== true)).toHaveLength(1);
    expect(asked.length).toBeGreaterThan(5);
    expect(await run(['payments'], all, fakeHost(), answering({ ...caught, caught: false }))).toBe(1);
  });

  test('hands on what was asked for', async () => {
    const asked: CampaignOptions[] = [];
    const options = { ...typed, seed: '5', runs: '30', faults: 'hold,crash', strategy: 'swarm', time: '10s' };
    await run(['payments'], { ...options, beyond: true, bail: true }, fakeHost(), answering(aResult(), asked));
    expect(asked[0]).toMatchObject({ seed: 5, runs: 30, kinds: ['crash', 'hold'], strategy: 'swarm', timeMs: 10_000 });
    expect(asked[0]).toMatchObject({ beyond: true, bail: true, checkDeterminism: false });
    expect(asked[0]?.source).toMatch(/^file:.*payments\.scenario\.ts$/);
  });

  test('--quick: enough is less where nothing is to be caught', async () => {
    const asked: CampaignOptions[] = [];
    const options = { ...typed, variant: 'all', runs: '95', quick: true };
    await run(['payments'], options, fakeHost(), answering(aResult(), asked));
    expect(asked.filter(({ enough }) => enough === 10)).toHaveLength(1);
    expect(new Set(asked.map(({ runs, nearby }) => `${runs} ${nearby}`))).toEqual(new Set(['95 10']));
    expect(asked.length).toBeGreaterThan(5);
  });

  test('ends after the campaign at hand when interrupted, and writes what was found', async () => {
    const host = fakeHost();
    const engine = fakeEngine({
      campaign: (_scenario, variant) => {
        host.interruption.abort();
        return Promise.resolve(aResult({ variant }));
      },
    });
    expect(await run(['payments'], { ...typed, variant: 'all' }, host, engine)).toBe(130);
    const lines = validLines(host.said);
    expect(lines.map(({ type }) => type)).toEqual(['start', 'scenario', 'end']);
    expect(lines.at(-1)).toMatchObject({ exitCode: 130, report: join(out, 'index.html') });
  });

  test('keeps what was found before a campaign broke', async () => {
    const host = fakeHost();
    const engine = fakeEngine({
      campaign: (_scenario, variant) =>
        variant === 'correct'
          ? Promise.resolve({ ...failing, variant })
          : Promise.reject(new EddyError('EDDY_LAW', 'A law is broken')),
    });
    await expect(run(['payments'], { ...typed, variant: 'all' }, host, engine)).rejects.toThrow('A law is broken');
    expect(validLines(host.said).at(-1)).toMatchObject({ type: 'end', exitCode: 70, report: join(out, 'index.html') });
  });

  test('ends at the first failure with --bail', async () => {
    const host = fakeHost();
    const asked: CampaignOptions[] = [];
    await run(['payments'], { ...typed, variant: 'all', bail: true }, host, answering(failing, asked));
    expect(validLines(host.said).filter(({ type }) => type === 'scenario')).toHaveLength(1);
    expect(asked.at(-1)?.signal?.aborted).toBe(true);
  });

  test('says to people what the lines say to programs', async () => {
    const host = fakeHost();
    await run(['payments'], { ...typed, json: false }, host, answering(failing));
    expect(host.said[0]).toMatch(/^Eddy \d.* {2}seed payments 7 \(/);
    expect(host.said[2]).toBe('✗ payments         correct                    fails               40 runs    0.0 s');
    expect(host.said.at(-1)).toBe(`✗ fail  report: ${join(out, 'index.html')}`);
    expect(host.said).toContain(
      `  replay    npm run -s eddy -- repro ${join(out, 'failures/payments-correct-I1.json')}`,
    );
  });

  test('refuses what cannot be before any work', async () => {
    const never = fakeEngine({ campaign: () => Promise.reject(new Error('it ran')) });
    const tries: readonly (readonly [string[], Partial<RunOptions>, string])[] = [
      [['paymets'], {}, 'There is no scenario "paymets"; did you mean "payments"?'],
      [
        ['payments'],
        { variant: 'ack-first' },
        'Scenario payments has no variant "ack-first"; did you mean "acks-first"?',
      ],
      [['payments'], { workers: '0' }, '--workers 0'],
      [['payments'], { out: join(out, 'failures/payments-correct-I1.json') }, 'cannot be written'],
      [['./nowhere.ts'], {}, './nowhere.ts: there is no such file'],
      [['index.ts'], {}, 'index.ts exports no scenario'],
      [[''], {}, 'A scenario argument is empty'],
    ];
    for (const [names, options, sentence] of tries) {
      const host = fakeHost();
      await expect(run(names, { ...typed, ...options }, host, never)).rejects.toThrow(sentence);
      expect(host.said).toEqual([]);
    }
  });

  test('annotates where GitHub runs it, on standard error', async () => {
    const host = fakeHost({ env: { GITHUB_ACTIONS: 'true' } });
    const engine = { ...answering(failing), annotations: () => ['::error::a', '::error::b'] };
    await run(['payments'], typed, host, engine);
    expect(host.errors).toEqual(['::error::a', '::error::b']);
    expect(existsSync(out)).toBe(true);
  });
});
