import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ScenarioShape } from '../scenario.ts';
import { bank } from './bank.fixture.ts';
import { campaign } from './campaign.ts';
import { check } from './check.ts';
import { readRepro, type Repro, writeRepro } from './repro.ts';
import { replaySaved, savedIn } from './saved.ts';

const found = async (): Promise<Repro> => {
  const { failures } = await campaign(bank({ remembers: false }), 'correct', { seed: 11, runs: 300, bail: true });
  return readRepro(failures[0]?.token ?? '');
};

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'eddy-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

async function verdictOf(shape: ScenarioShape, repro: Repro): Promise<string | undefined> {
  const [replayed] = await replaySaved(shape, 'correct', [{ file: 'f', repro }]);
  return replayed?.saved.verdict;
}

describe('a failure saved earlier', () => {
  test('fails again, with its file, or is fixed', async () => {
    const repro = await found();
    const [again] = await replaySaved(bank({ remembers: false }), 'correct', [{ file: 'repros/a.json', repro }]);
    expect(again?.saved).toMatchObject({ file: 'repros/a.json', verdict: 'reproduced', property: 'I1' });
    expect(again?.failure).toMatchObject({ file: 'repros/a.json', found: { strategy: 'saved' }, digest: repro.digest });
    expect(await verdictOf(bank(), repro)).toBe('fixed');
  });

  test('is told apart: moved, without effect, stale, of a property that is gone', async () => {
    const repro = await found();
    const { id } = repro.workload[0] as { id: string };
    const moved = {
      sentence: `1st delivery of Deposit#${id} to teller: crash after 4th commit on db`,
      kind: 'crash',
      needed: true,
      milestone: 'last durable write' as const,
    };
    expect(await verdictOf(bank(), { ...repro, faults: [moved] })).toBe('moved');
    const idle = { sentence: `9th delivery of Deposit#${id} to teller: ack is lost`, kind: 'ack-lost', needed: true };
    expect(await verdictOf(bank(), { ...repro, faults: [idle] })).toBe('no-effect');
    expect(await verdictOf(bank({ queue: 'renamed' }), repro)).toBe('stale');
    expect(await verdictOf(bank(), { ...repro, property: 'Z9' })).toBe('stale');
  });

  test('says when its replays differ', async () => {
    let handled = 0;
    const shape = bank({ before: () => new Promise((resolve) => setTimeout(resolve, 1 + handled++)) });
    const [replayed] = await replaySaved(shape, 'correct', [{ file: 'f', repro: await found() }]);
    expect([replayed?.saved.verdict, replayed?.diverged?.at]).toEqual(['diverged', expect.any(Number)]);
  });

  test('of another scenario is left alone; a file that is none is named', async () => {
    const repro = await found();
    expect(await verdictOf({ ...bank(), name: 'other' }, repro)).toBeUndefined();
    const folder = folderOf({ 'a.json': '{', 'notes.txt': 'x' });
    expect(() => savedIn(folder)).toThrow(/a\.json: .*neither JSON nor a token.*mend or remove it/);
    expect(savedIn(folderOf({ 'b.json': writeRepro(repro), 'a.json': writeRepro(repro), 'c.txt': '' }))).toHaveLength(
      2,
    );
    expect(() => savedIn(join(folder, 'gone'))).toThrow('no such file or folder');
  });
});

test('a check tells what became of each, and fails with those that fail again', async () => {
  const saved = folderOf({ 'a.json': writeRepro(await found()) });
  const passing = await check(bank(), { runs: 200, saved });
  expect(passing).toMatchObject({ verdict: 'pass', saved: [{ verdict: 'fixed', file: join(saved, 'a.json') }] });
  const failing = await check(bank({ remembers: false }), { runs: 1, saved });
  expect(failing).toMatchObject({ verdict: 'fail', saved: [{ verdict: 'reproduced' }] });
  expect(failing.verdict === 'fail' && failing.failures[0].file).toBe(join(saved, 'a.json'));
  expect(await check(bank(), { runs: 200 })).not.toHaveProperty('saved');
});
