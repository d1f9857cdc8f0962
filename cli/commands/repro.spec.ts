import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRepro, type Repro, type ReplayResult } from '../../properties/runner/replay.ts';
import { aFailure, fakeEngine, fakeHost, tempFolder, validLines } from '../testing.fixture.ts';
import { repro } from './repro.ts';

const saved: Repro = {
  format: 1,
  eddy: '0.1.0',
  scenario: 'payments',
  variant: 'correct',
  property: 'I1',
  name: 'charged-once',
  seed: 9,
  digest: 'ab',
  faults: [],
  workload: [],
};
const shown: ReplayResult = {
  verdict: 'reproduced',
  digest: 'ab',
  says: ['2 rows for p1'],
  moved: [],
  faults: [{ sentence: 'mq is silent from 0 s to 1 s', status: 'took effect' }],
  history: aFailure().history,
  failure: aFailure(),
};

const answering = (result: ReplayResult) =>
  fakeEngine({ readRepro: () => saved, replay: () => Promise.resolve(result) });

describe('eddy repro', () => {
  test.each([
    ['fixed', 0, 'pass'],
    ['reproduced', 1, 'fail'],
    ['no-effect', 2, 'unknown'],
    ['diverged', 3, 'unknown'],
    ['stale', 4, 'unknown'],
  ] as const)('%s exits with %i', async (verdict, exitCode, overall) => {
    const host = fakeHost();
    expect(await repro('eddy1.x', undefined, { json: true }, host, answering({ ...shown, verdict }))).toBe(exitCode);
    expect(validLines(host.said)).toEqual([
      expect.objectContaining({ type: 'start', seed: 9 }),
      { type: 'repro', schema: 1, scenario: 'payments', variant: 'correct', verdict, digest: 'ab' },
      { type: 'end', schema: 1, verdict: overall, exitCode },
    ]);
  });

  test('traces the history and writes a report when asked to', async () => {
    const host = fakeHost();
    const out = tempFolder();
    const neighbourhood = { runs: 10, failed: 3 };
    await repro('eddy1.x', undefined, { json: true, trace: true, out }, host, answering({ ...shown, neighbourhood }));
    const lines = validLines(host.said);
    expect(lines.map(({ type }) => type)).toEqual(['start', 'entry', 'entry', 'entry', 'repro', 'end']);
    expect(lines[4]).toMatchObject({ neighbourhood });
    expect(lines[5]).toMatchObject({ report: join(out, 'index.html') });
  });

  test('a fix that still fails under other seeds is none, and says so', async () => {
    const nearby = answering({
      ...shown,
      verdict: 'fixed',
      failure: undefined,
      neighbourhood: { runs: 50, failed: 7 },
    } as ReplayResult);
    const host = fakeHost();
    expect(await repro('eddy1.x', undefined, { neighbourhood: true, json: true }, host, nearby)).toBe(1);
    expect(validLines(host.said).slice(1)).toEqual([
      expect.objectContaining({ type: 'repro', verdict: 'fixed', neighbourhood: { runs: 50, failed: 7 } }),
      { type: 'end', schema: 1, verdict: 'fail', exitCode: 1 },
    ]);
    const people = fakeHost();
    await repro('eddy1.x', undefined, { neighbourhood: true }, people, nearby);
    expect(people.said.join('\n')).toContain('✗ not fixed: it holds under this seed, and fails under others');
    expect(people.said).toContain('  nearby      7 of 50 runs of this plan under other seeds fail too');
    expect(people.said.join()).not.toContain('✓');
  });

  test('says to people what became of each fault', async () => {
    const host = fakeHost();
    await repro('eddy1.x', undefined, { variant: 'acks-first' }, host, answering(shown));
    expect(host.said).toContain('payments (acks-first), I1 (it was found in correct)');
    expect(host.said).toContain('✗ reproduced: it fails as it did');
    expect(host.said).toContain('  happened    mq was silent, and billing/0 inserted c1');
    expect(host.said).toContain('  took effect mq is silent from 0 s to 1 s');
  });

  test('tells of each fault once what became of it', async () => {
    const host = fakeHost();
    const [one, other] = ['mq is silent from 0 s to 1 s', 'db is silent from 0 s to 1 s'];
    const faults = [
      { sentence: one, status: 'not reached' },
      { sentence: other, status: 'moved' },
    ] as const;
    const result = { ...shown, verdict: 'no-effect', says: [`not reached: ${one}`], moved: [other], faults } as const;
    await repro('eddy1.x', undefined, {}, host, answering(result));
    for (const [text, line] of [
      [one, `  not reached ${one}`],
      [other, `  moved       ${other}`],
    ] as const)
      expect(host.said.filter((each) => each.includes(text))).toEqual([line]);
  });

  test('refuses what cannot be replayed with a sentence', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'garbled.json'), '{"format":');
    writeFileSync(join(folder, 'other.json'), JSON.stringify({ ...saved, scenario: 'nowhere' }));
    const real = fakeEngine({ readRepro });
    const cases = [
      [join(folder, 'none.json'), 'there is no such file'],
      [folder, 'it cannot be read'],
      [join(folder, 'garbled.json'), /^.*garbled\.json: This is no saved failure of Eddy: /],
      ['eddy1.%%%', 'token'],
      [join(folder, 'other.json'), 'There is no scenario "nowhere"'],
    ] as const;
    for (const [what, sentence] of cases) {
      await expect(repro(what, undefined, {}, fakeHost(), real)).rejects.toThrow(sentence);
    }
    const engine = answering(shown);
    await expect(repro('eddy1.x', undefined, { variant: 'x' }, fakeHost(), engine)).rejects.toThrow(
      'no variant "x"; known: correct,',
    );
  });

  test('never loads a file because a saved failure names one', async () => {
    const engine = fakeEngine({ readRepro: () => ({ ...saved, scenario: './evil.ts' }) });
    await expect(repro('eddy1.x', undefined, {}, fakeHost(), engine)).rejects.toThrow('name the file that holds it');
  });
});
