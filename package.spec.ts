/** The package as a user meets it: packed, installed in an empty folder, tried, seen to fail, replayed. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { beforeAll, describe, expect, test } from 'vitest';
import { type UsersFolder, usersFolder } from './package.fixture.ts';

const CASES = join(import.meta.dirname, 'adapters/vitest/cases');

/** For a machine with much else to do. */
const LIMIT_MS = 300_000;

let user: UsersFolder;

interface Ran {
  readonly exitCode: number | null;
  /** By full name: `passed`, `failed`, `skipped`. */
  readonly outcomes: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<string, string>>;
}

interface Result {
  readonly seed: number;
  readonly scenarios: readonly { readonly caught?: boolean; readonly failures: readonly unknown[] }[];
}

function vitest(args: string): Ran {
  const { status, stdout, stderr } = user.sh(`npx vitest run ${args} --reporter=json`);
  const at = stdout.indexOf('{"numTotalTestSuites"');
  if (at < 0) throw new Error(`${stdout}\n${stderr}`);
  const { testResults } = JSON.parse(stdout.slice(at)) as {
    testResults: { assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[];
  };
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  return {
    exitCode: status,
    outcomes: Object.fromEntries(all.map(({ fullName, status }) => [fullName, status])),
    messages: Object.fromEntries(all.map(({ fullName, failureMessages }) => [fullName, failureMessages.join('\n')])),
  };
}

function replayIn(message = ''): string {
  return /^ +replay +(.*)$/m.exec(message)?.[1] ?? 'false';
}

beforeAll(() => {
  user = usersFolder(['@fast-check/vitest', 'zod']);
  mkdirSync(join(user.folder, 'repros'));
  cpSync(join(CASES, 'saved.json'), join(user.folder, 'repros/saved.json'));
}, LIMIT_MS);

describe('the package', () => {
  test('holds what users need: no specs, no fixtures, no sources', () => {
    const { files, bytes } = user.packed;
    expect(
      files.filter((path) => /spec|fixture|\.case\.|testing/.test(path) && !path.endsWith('.spec.ts.txt')),
    ).toEqual([]);
    expect(files.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining([
        'dist/index.js',
        'dist/index.d.ts',
        'dist/cli/bin.js',
        'dist/reports/html/app/main.js',
        'docs/result.schema.json',
        'LICENSE',
      ]),
    );
    expect(bytes).toBeLessThan(800_000);
  });

  test('every entry can be imported where its peers are installed', () => {
    const { exports } = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8')) as {
      exports: Record<string, unknown>;
    };
    // That of a test runner works within it.
    const entries = Object.keys(exports).filter((path) => !/\*|package\.json|vitest/.test(path));
    const imports = entries.map((path) => `console.log(Object.keys(await import('eddy${path.slice(1)}')).length > 0);`);
    const { stdout, stderr } = user.sh(`node --input-type=module -e "${imports.join(' ')}"`);
    expect(`${stdout}${stderr}`.trim().split('\n')).toEqual(entries.map(() => 'true'));
  });

  test('is as publint wants it', async () => {
    const { messages } = await publint({ pkgDir: import.meta.dirname, strict: true });
    expect(messages).toEqual([]);
  });

  test('has types that resolve', () => {
    const attw = join(import.meta.dirname, 'node_modules/.bin/attw');
    const { status, stdout } = spawnSync(attw, [user.packed.tarball, '--profile', 'esm-only'], { encoding: 'utf8' });
    expect(stdout).toContain('"eddy/vitest"');
    expect(status).toBe(0);
  });
});

describe('in an empty folder', () => {
  test('init writes tests that pass', () => {
    const { status, stdout } = user.sh('npx eddy init');
    expect(stdout).toContain('Wrote welcome.scenario.ts and welcome.spec.ts');
    expect(status).toBe(0);
    // No campaign is made for what is not asked for.
    expect(vitest("welcome -t 'saved failure'")).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(user.folder, 'eddy-report'))).toBe(false);
    expect(vitest('welcome')).toMatchObject({
      exitCode: 0,
      outcomes: {
        'welcome I1 effect-once (200 runs)': 'passed',
        'welcome D1 no-loss (200 runs)': 'passed',
        'welcome I1 effect-once catches looks-first (200 runs at most)': 'passed',
        'welcome saved failure saved.json stays away: I1 effect-once': 'passed',
        'INC-12: two at once welcomed ann1 twice': 'passed',
      },
    });
  });

  test('the command line makes the same campaign on threads of its own', () => {
    const { status, stdout } = user.sh('npx eddy run welcome.scenario.ts --variant looks-first --runs 50 --workers 1');
    expect(stdout).toContain('✗ welcome (looks-first) violates I1 effect-once');
    expect(status).toBe(1);
    const replay = user.sh(replayIn(stdout));
    expect(replay.stdout).toContain('reproduced: it fails as it did');
    expect(replay.status).toBe(1);
  });

  test('the wrong variant fails, and the command that it prints replays that', () => {
    const spec = join(user.folder, 'welcome.spec.ts');
    const text = readFileSync(spec, 'utf8');
    writeFileSync(
      spec,
      text.replace('chaos(welcome, { runs: 200 });', "chaos(welcome, { runs: 200, variant: 'looks-first' });"),
    );
    const { exitCode, outcomes, messages } = vitest("welcome -t 'looks-first. I1'");
    expect(exitCode).toBe(1);
    expect(outcomes['welcome (looks-first) D1 no-loss (200 runs)']).toBe('skipped');
    const message = messages['welcome (looks-first) I1 effect-once (200 runs)'];
    expect(message).toContain('✗ welcome (looks-first) violates I1 effect-once');
    expect(message).toContain('report    eddy-report/welcome/looks-first/index.html');
    const command = replayIn(message);
    expect(command).toMatch(/^npx eddy repro eddy-report\//);
    const replay = user.sh(command);
    expect(replay.stdout).toContain('reproduced: it fails as it did');
    expect(replay.status).toBe(1);
    expect(readFileSync(join(user.folder, 'eddy-report/welcome/looks-first/index.html'), 'utf8')).toContain(
      'looks-first',
    );
  });
});

describe('chaos', () => {
  let ran: Ran;

  beforeAll(() => {
    for (const [from, to] of [
      ['runs.case.fixture.ts', 'cases.spec.ts'],
      ['plain.fixture.ts', 'plain.ts'],
    ] as const) {
      const text = readFileSync(join(CASES, from), 'utf8');
      const moved = text.replace('../../../examples/welcome.scenario.ts', './welcome.scenario.js');
      writeFileSync(join(user.folder, to), moved.replace('./plain.fixture.ts', './plain.js'));
    }
    // Shorter than any campaign: what they take is no time-out.
    ran = vitest('cases --testTimeout=20');
  }, LIMIT_MS);

  test.each([
    ['holds plain I1 effect-once (30 runs)', 'passed'],
    ['side by side plain I1 effect-once (30 runs)', 'passed'],
    ['too few, skipped plain I1 effect-once (5 runs)', 'skipped'],
    ['a typo mistyped I1 effect-once (30 runs)', 'passed'],
    ['pinned holds though it comes twice', 'passed'],
    ['something else', 'passed'],
  ])('%s: %s', (name, outcome) => {
    expect(ran.outcomes[name]).toBe(outcome);
  });

  test('a wrong variant is caught without being explained, if so asked', () => {
    expect(ran.outcomes['unexplained welcome I1 effect-once catches looks-first (50 runs at most)']).toBe('passed');
    const pages = readdirSync(join(user.folder, 'eddy-report'), { recursive: true, encoding: 'utf8' });
    const ofSeed = pages
      .filter((path) => path.startsWith('welcome') && path.endsWith('result.json'))
      .flatMap((path) => {
        const { seed, scenarios } = JSON.parse(readFileSync(join(user.folder, 'eddy-report', path), 'utf8')) as Result;
        return seed === 3 ? scenarios : [];
      });
    expect(ofSeed.map(({ caught, failures }) => [caught, failures.length])).toContainEqual([true, 0]);
  });

  test('works beside properties of fast-check', () => {
    const [name] = Object.keys(ran.outcomes).filter((each) => each.startsWith('fast-check beside it'));
    expect(ran.outcomes[name ?? '']).toBe('passed');
  });

  test.each([
    [
      'wrong welcome (looks-first) I1 effect-once (50 runs)',
      ['violates I1 effect-once', 'needed    1st delivery of SignedUp#'],
    ],
    [
      'wrong welcome (looks-first) saved failure saved.json stays away: I1 effect-once',
      ['saved earlier, it fails again'],
    ],
    ['unreadable plain saved failures can be read', ['There are no saved failures at "']],
    [
      'too few plain I1 effect-once (5 runs)',
      ['nothing can be said of I1 effect-once', 'that never took effect: ', 'make more runs: { runs: 40 } is likely'],
    ],
    [
      'a typo mistyped I1 new-once (30 runs)',
      ['nothing can be said of I1 new-once', 'no "row inserted into db.t" passed its where()'],
    ],
    [
      'without an end looping D1 no-loss (5 runs)',
      ['nothing can be said of D1 no-loss', 'unended  5 of 5 runs went on until a bound', 'the first is run 1'],
    ],
    ['missed missed I1 effect-once catches harmless (30 runs at most)', ['was missed', 'it is not wrong at all']],
    ['fake timers plain I1 effect-once (5 runs)', ['call vi.useRealTimers() first']],
    ['pinned fails', ['✗ welcome (looks-first) violates I1 effect-once', '(pinned)']],
    [
      'pinned was not reached',
      ['not reached: ', 'the nearest is "1st delivery of SignedUp#ann1@example.com to greeter"'],
    ],
    ['pinned has no such operation', ['not reached: ', 'commit on db, ack']],
    ['pinned names nobody', ['the scenario has no service greter; the nearest is greeter']],
    ['pinned says nothing', ['nothing can be said of I1 effect-once', 'nothing can be said of D1 no-loss']],
    ['pinned is no sentence', ['Not a fault sentence']],
  ])('%s: fails and says why', (name, sentences) => {
    expect(ran.outcomes[name]).toBe('failed');
    for (const sentence of sentences) expect(ran.messages[name]).toContain(sentence);
  });

  test('a scenario that stands in its test is replayed by that test', () => {
    const command = replayIn(ran.messages['in this file here I1 effect-once (25 runs)']);
    expect(command).toBe("npx vitest run cases.spec.ts -t 'here I1 effect-once'");
    const again = user.sh(command);
    expect(again.status).toBe(1);
    expect(again.stdout).toContain('1 failed');
  });

  test('points at where it was called', () => {
    expect(ran.messages['pinned fails']).toMatch(/cases\.spec\.ts:\d+/);
    expect(ran.messages['pinned fails']).not.toContain('node_modules/eddy');
  });
});

test('the checkout example is a project of its own', () => {
  const from = join(import.meta.dirname, 'examples/checkout');
  const to = join(user.folder, 'checkout');
  cpSync(from, to, { recursive: true, filter: (path) => !/node_modules|eddy-report/.test(path.slice(from.length)) });
  const { status, stdout } = user.sh("cd checkout && npm test -- -t 'T1 causation-chain catches'");
  expect(stdout).toMatch(/1 passed/);
  expect(status).toBe(0);
});

test('assertHolds is a test of any other runner', () => {
  writeFileSync(
    join(user.folder, 'holds.test.mjs'),
    [
      "import assert from 'node:assert/strict';",
      "import { test } from 'node:test';",
      "import { assertHolds, effectOnce, queueBroker, scenario, tables } from 'eddy';",
      "import fc from 'fast-check';",
      "const db = tables('db', { t: { key: 'id' } });",
      "const send = ({ id }, { db }) => db.transaction((tx) => tx.insert('t', { id }));",
      'const workload = { item: fc.record({ id: fc.uuid() }), key: ({ id }) => id, uses: { db }, send };',
      'const of = (key) => scenario({ name: "rows", services: {}, workload, properties: [effectOnce(db.table.t.inserted.by(key))] });',
      "test('holds', () => assertHolds(of(({ id }) => id), { runs: 30 }));",
      "test('fails', () => assert.rejects(assertHolds(of(() => 'one'), { runs: 30 }), { code: 'EDDY_PROPERTY_FAILED', message: /npx eddy repro eddy1/ }));",
    ].join('\n'),
  );
  const { status, stdout } = user.sh('node --test holds.test.mjs');
  expect(stdout).toMatch(/pass 2\b/);
  expect(status).toBe(0);
});
