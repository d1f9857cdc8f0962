import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SavedReplay } from '../properties/runner/result.ts';
import type { ReplayedFailure } from '../properties/runner/saved.ts';
import { run } from './commands/run.ts';
import type { Engine } from './engine.ts';
import { aFailure, aResult, type FakeHost, fakeEngine, fakeHost, tempFolder, validLines } from './testing.fixture.ts';

const asked = { runs: '10', workers: '1', json: true };

function one(verdict: SavedReplay['verdict'], o: Partial<ReplayedFailure> = {}): ReplayedFailure {
  return { saved: { file: 'repros/a.json', property: 'I1', name: 'charged-once', verdict, says: ['so'] }, ...o };
}

const fails = one('reproduced', { failure: aFailure({ file: 'repros/a.json', says: 'again' }) });

async function ran(
  replayed: readonly ReplayedFailure[],
  o: Partial<Engine> = {},
  json = true,
): Promise<{ host: FakeHost; exitCode: number }> {
  const host = fakeHost();
  const engine = fakeEngine({ replaySaved: () => Promise.resolve(replayed), ...o });
  const exitCode = await run(['payments'], { ...asked, json, out: tempFolder() }, host, engine);
  return { host, exitCode };
}

describe('failures saved earlier', () => {
  test('are told first; one that fails again fails the campaign, and is told once', async () => {
    const result = aResult({ verdict: 'fail', failures: [aFailure({ says: 'new' }), aFailure({ name: 'other' })] });
    const { host, exitCode } = await ran([fails], { campaign: () => Promise.resolve(result) });
    expect(exitCode).toBe(1);
    const lines = validLines(host.said);
    expect(lines.map(({ type }) => type)).toEqual(['start', 'saved', 'scenario', 'failure', 'failure', 'end']);
    expect(lines[1]).toMatchObject({ file: 'repros/a.json', verdict: 'reproduced', scenario: 'payments' });
    expect(lines[3]).toMatchObject({ file: 'repros/a.json' });
    expect((await ran([fails])).exitCode).toBe(1);
  });

  test.each([
    ['fixed', 0],
    ['moved', 0],
    ['no-effect', 0],
    ['stale', 2],
  ] as const)('%s ends with %i where all else holds', async (verdict, exitCode) => {
    expect((await ran([one(verdict)])).exitCode).toBe(exitCode);
  });

  test('that differ from replay to replay end with 3', async () => {
    const diverged = { says: 'differ', at: 1, first: null, second: null };
    expect((await ran([one('diverged', { diverged })])).exitCode).toBe(3);
  });

  test('are counted for people, and each that is not fixed is named', async () => {
    const { host } = await ran([one('fixed'), one('moved'), one('stale'), one('no-effect'), fails], {}, false);
    expect(host.said).toContain(
      '    5 saved failures replayed first: 1 fails again, 1 fixed, 1 moved and fixed, 1 no effect, 1 stale',
    );
    expect(host.said.filter((line) => line.includes(': so'))).toEqual([
      '    ? stale repros/a.json: so',
      '    ? no effect repros/a.json: so',
      '    ✗ fails again repros/a.json: so',
    ]);
    expect(host.said.join('\n')).toContain('I1 charged-once\n');
    const many = await ran(
      Array.from({ length: 30 }, () => one('stale')),
      {},
      false,
    );
    expect(many.host.said.filter((line) => line.includes('repros/a.json'))).toHaveLength(9);
    expect(many.host.said).toContain('    and 21 more');
  });

  test('are those in repros/ of the folder at hand, and none of a wrong variant', async () => {
    const seen: unknown[] = [];
    const engine = fakeEngine({
      savedIn: (path) => [{ file: join(path, 'x.json'), repro: {} as never }],
      replaySaved: (scenario, variant, saved) => {
        seen.push([scenario.name, variant, ...saved.map(({ file }) => file)]);
        return Promise.resolve([]);
      },
    });
    const go = (o: object, cwd = tempFolder()): Promise<number> =>
      run(['payments'], { ...asked, out: tempFolder(), ...o }, fakeHost({ cwd }), engine);
    await go({});
    expect(seen).toEqual([]);
    const cwd = tempFolder();
    mkdirSync(join(cwd, 'repros'));
    writeFileSync(join(cwd, 'repros/x.json'), '');
    await go({ variant: 'acks-first' }, cwd);
    expect(seen).toEqual([]);
    await go({ variant: 'all' }, cwd);
    expect(seen).toEqual([['payments', 'correct', 'repros/x.json']]);
  });
});
