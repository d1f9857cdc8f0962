/** Saved failures that were written by hand or by a stranger: each is replayed for what it is, or refused with a sentence. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mutated } from '../mutated.fixture.ts';
import { bank } from './bank.fixture.ts';
import { check } from './check.ts';
import { readRepro, type Repro, replay } from './replay.ts';

const deposit = { id: 'd1', amount: 5 };
const saved: Repro = {
  format: 1,
  eddy: '0',
  scenario: 'bank',
  variant: 'correct',
  property: 'I1',
  name: 'effect-once',
  seed: 1,
  digest: '',
  faults: [],
  workload: [deposit],
};
const fault = (sentence: string, kind: string) => ({ sentence, kind, needed: true });

test('where the premise does not come up nothing is called fixed', async () => {
  const { verdict, says } = await replay(bank(), { ...saved, workload: [] });
  expect(verdict).toBe('no-effect');
  expect(says.join()).toContain('nothing can be said');
});

test('a second arrival that comes no more is no reason to call the message gone', async () => {
  const second = fault('2nd arrival of Deposit#d1 in deposits: comes again after 0 s', 'duplicate');
  expect((await replay(bank(), { ...saved, faults: [second] })).verdict).toBe('no-effect');
  const other = fault('1st arrival of Deposit#d1 in deposit: comes again after 0 s', 'duplicate');
  expect((await replay(bank(), { ...saved, faults: [other] })).verdict).toBe('stale');
});

test.each([
  ['"sends"', { sends: 5 }],
  ['"sends"', { sends: [5] }],
  ['"at"', { faults: [{ ...fault('db is silent from 1 s to 2 s', 'outage'), at: 5 }] }],
  ['"milestone"', { faults: [{ ...fault('db is silent from 1 s to 2 s', 'outage'), milestone: {} }] }],
  ['"needed"', { faults: [{ ...fault('db is silent from 1 s to 2 s', 'outage'), needed: 'no' }] }],
])('%s that is not what it should be is refused', (says, part) => {
  expect(() => readRepro(JSON.stringify({ ...saved, ...part }))).toThrow(says);
});

test('what differs in a few parts from a saved failure is one, or is refused with one sentence', () => {
  const second = { ...fault('2nd arrival of Deposit#d1 in deposits: comes again after 0 s', 'duplicate'), at: 'mq.a' };
  fc.assert(
    fc.property(mutated({ ...saved, faults: [second], sends: ['mq.deposits'] }), (changed) => {
      try {
        readRepro(JSON.stringify(changed));
      } catch (error) {
        expect(error).toMatchObject({ code: 'EDDY_REPRO' });
        expect((error as Error).message.length).toBeLessThan(500);
      }
    }),
    { numRuns: 500 },
  );
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('a workload that is nested without end is refused', () => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  expect(() => readRepro(JSON.stringify(saved).replace('"workload":[', `"workload":[${deep},`))).toThrow('nested');
});

test('an item that the scenario cannot name is refused', async () => {
  await expect(replay(bank(), { ...saved, workload: [deposit, null] })).rejects.toThrow('2nd item');
});

test('a check whose saved failure is stale has not passed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eddy-'));
  try {
    writeFileSync(join(folder, 'old.json'), JSON.stringify({ ...saved, sends: ['mq.gone'] }));
    const result = await check(bank(), { runs: 200, saved: folder });
    expect(result).toMatchObject({ verdict: 'unknown', neverExercised: [expect.stringContaining('mq.gone is gone')] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
