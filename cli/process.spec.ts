/** The command line as users start it: real processes, a folder of their own outside the project. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { PROJECT } from '../reports/project.ts';
import { tempFolder, validLines } from './testing.fixture.ts';

const folder = tempFolder();
const LIMIT_MS = 120_000;

const scenarioText = (handle: string, most: number) => `
import fc from 'fast-check';
import { map } from 'rxjs';
import { atEnd, queueBroker, scenario, service, tables } from 'eddy';
import { name } from '@names/shop';
const mq = queueBroker('mq', { queues: { orders: {} } });
const db = tables<{ taken: { id: string } }>('db', { taken: { key: 'id' } });
const taker = service('taker', { mq, db }, ({ mq, db }) => {
  mq.consume<{ id: string }>('orders').pipe(map((one) => one)).subscribe(async (delivery) => {
    console.log('taking');
    await db.transaction((tx) => tx.put('taken', { id: delivery.message.body.id }));
    ${handle}
  });
});
export const shop = scenario({
  name,
  services: { taker },
  workload: {
    item: fc.record({ id: fc.constant('a\\u001b[31m') }),
    key: (order) => order.id,
    uses: { mq },
    send: (order, { mq }) => mq.publish({ key: 'orders' }, order, { id: order.id, type: 'Order' }),
  },
  properties: [atEnd('few', ({ rows }) => rows(db.table.taken).length <= ${most} || 'more than \\u001b[2J few')],
});
`;

beforeAll(() => {
  mkdirSync(join(folder, 'names'));
  mkdirSync(join(folder, 'bad'));
  const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);
  write('package.json', '{ "type": "commonjs" }');
  write('tsconfig.json', '{ "compilerOptions": { "baseUrl": ".", "paths": { "@names/*": ["names/*"] } } }');
  // Of this package Node finds no names, and only a compiler knows what its `default` is.
  mkdirSync(join(folder, 'node_modules', 'words'), { recursive: true });
  write('node_modules/words/index.js', "module.exports = (() => ({ __esModule: true, default: 'sh', end: 'op' }))();");
  write(
    'names/shop.ts',
    "import start, { end as rest } from 'words'; import * as all from 'words';\n" +
      "export const name: string = [__dirname].length + all.end.length === 3 && require('words').end ? start + rest : '';",
  );
  write('shop.scenario.ts', scenarioText('await delivery.ack();', 0));
  write('bad/holds.ts', scenarioText('await delivery.ack();', 99));
  write(
    'bad/crashes.ts',
    scenarioText("if (!delivery.redelivered) throw new Error('once');\n await delivery.ack();", 0),
  );
  write('bad/spins.ts', scenarioText('for (;;) {}', 99));
  write('bad/loops.ts', 'for (;;) {}');
  write('bad/waits.ts', 'await new Promise(() => {});');
  write('bad/throws.ts', "throw new Error('no \\u001b[2J luck');");
  write('bad/exits.ts', 'process.exit(0);');
});

interface Ended {
  readonly code: number | null;
  readonly out: readonly string[];
  readonly err: string;
}

function eddy(
  args: readonly string[],
  o: { env?: object; cwd?: string; see?: (child: ChildProcess, err: string, out: string) => void } = {},
) {
  return new Promise<Ended>((resolve) => {
    const child = spawn(process.execPath, [join(PROJECT, 'cli/bin.js'), ...args], {
      cwd: o.cwd ?? folder,
      env: { ...process.env, NO_COLOR: '', FORCE_COLOR: '', GITHUB_ACTIONS: '', CI: 'true', ...o.env },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (text) => {
      out += String(text);
      o.see?.(child, err, out);
    });
    child.stderr.on('data', (text) => {
      err += String(text);
      o.see?.(child, err, out);
    });
    child.on('close', (code) => resolve({ code, out: out.split('\n').filter((line) => line !== ''), err }));
  });
}

describe('a folder outside the project', { timeout: LIMIT_MS }, () => {
  test('holds its own scenarios; a failure of one is saved, and replayed', async () => {
    const ran = await eddy(['run', '--runs', '30', '--json']);
    expect(ran.code).toBe(1);
    const lines = validLines(ran.out);
    const failure = lines.find(({ type }) => type === 'failure');
    expect(failure).toMatchObject({ scenario: 'shop', file: 'eddy-report/failures/shop-correct-few.json' });
    expect(lines.at(-1)).toMatchObject({ type: 'end', verdict: 'fail', exitCode: 1 });
    expect(ran.err).toContain('taking');
    const env = { INIT_CWD: folder, npm_lifecycle_event: 'eddy' };
    const again = await eddy(['repro', 'eddy-report/failures/shop-correct-few.json'], { cwd: PROJECT, env });
    expect(again.code).toBe(1);
    expect(again.out).toContain('✗ reproduced: it fails as it did');
    expect(again.out.join('')).toContain('more than \\u001b[2J few');
    expect(again.out.join('')).not.toContain('\u001b');
  });

  test('replays the failures saved in repros/ first', async () => {
    const own = join(folder, 'regressions');
    mkdirSync(join(own, 'repros'), { recursive: true });
    writeFileSync(join(own, 'shop.scenario.ts'), scenarioText('await delivery.ack();', 0));
    writeFileSync(
      join(own, 'tsconfig.json'),
      '{ "compilerOptions": { "baseUrl": "..", "paths": { "@names/*": ["names/*"] } } }',
    );
    await eddy(['run', '--runs', '5', '--json'], { cwd: own });
    renameSync(join(own, 'eddy-report/failures/shop-correct-few.json'), join(own, 'repros/few.json'));
    const again = await eddy(['run', '--runs', '5', '--json'], { cwd: own });
    expect(again.code).toBe(1);
    const lines = validLines(again.out);
    expect(lines.map(({ type }) => type)).toEqual(['start', 'saved', 'scenario', 'failure', 'end']);
    expect(lines[1]).toMatchObject({ file: 'repros/few.json', verdict: 'reproduced' });
    expect(lines[3]).toMatchObject({ file: 'repros/few.json' });
  });

  test('a file given by its path passes, in colour where that is forced', async () => {
    const ran = await eddy(['run', 'bad/holds.ts', '--runs', '60'], { env: { FORCE_COLOR: '1' } });
    expect(ran.out.join('\n')).toContain('\u001b[32m✓ shop');
    expect(ran.code).toBe(0);
  });
});

test('what is thrown is told with its line, though the file was changed when it was loaded', {
  timeout: LIMIT_MS,
}, async () => {
  const ran = await eddy(['run', 'bad/crashes.ts', '--runs', '5', '--json', '--out', 'crashed']);
  const failure = validLines(ran.out).find(({ type }) => type === 'failure');
  const line =
    readFileSync(join(folder, 'bad/crashes.ts'), 'utf8')
      .split('\n')
      .findIndex((text) => text.includes("'once'")) + 1;
  expect(failure).toMatchObject({ thrown: [{ by: 'taker', says: 'Error: once', at: `crashes.ts:${line}` }] });
});

describe('a bad scenario file', { timeout: LIMIT_MS }, () => {
  test.each([
    ['loops.ts', { EDDY_IMPORT_LIMIT_MS: '2500' }, 'bad/loops.ts was still loading after 2.5 s'],
    ['waits.ts', { EDDY_IMPORT_LIMIT_MS: '2500' }, 'bad/waits.ts was still loading after 2.5 s'],
    ['throws.ts', {}, 'bad/throws.ts could not be loaded: no \\u001b[2J luck (line 1)'],
    ['exits.ts', {}, 'bad/exits.ts ended the process while it was loading'],
  ])('%s gets its sentence and 64', async (file, env, sentence) => {
    const ran = await eddy(['run', `bad/${file}`, '--json'], { env });
    expect(ran.err).toContain(sentence);
    expect(ran.err).not.toMatch(/\n\s+at /);
    expect(ran.code).toBe(64);
  });
});

// Watchdogs and signals: they wait beside each other.
test.concurrent('a handler that goes round for ever is a finding, which replays', { timeout: LIMIT_MS }, async () => {
  const env = { EDDY_RUN_LIMIT_MS: '3000' };
  const ran = await eddy(['run', 'bad/spins.ts', '--runs', '60', '--json', '--out', 'spun'], { env });
  const failure = validLines(ran.out).find(({ type }) => type === 'failure');
  expect(failure).toMatchObject({ property: 'hang', file: 'spun/failures/shop-correct-hang.json' });
  expect(ran.code).toBe(1);
  const again = await eddy(['repro', String(failure?.['file']), 'bad/spins.ts'], { env });
  expect(again.out.join('\n')).toContain('a run has blocked its thread for 3 s');
  expect(again.code).toBe(1);
});

test.concurrent('any number of workers prints the same lines', { timeout: LIMIT_MS }, async () => {
  const args = ['run', 'shop.scenario.ts', '--runs', '110', '--json', '--workers'];
  const one = await eddy([...args, '1']);
  const three = await eddy([...args, '3']);
  expect(validLines(three.out).map(({ type }) => type)).toEqual(['start', 'scenario', 'failure', 'end']);
  expect(three.out.slice(1)).toEqual(one.out.slice(1));
});

test.concurrent('Ctrl-C ends a campaign after the run at hand, and what was found is written', {
  timeout: LIMIT_MS,
}, async () => {
  let sent = false;
  const ran = await eddy(['run', 'bad/holds.ts', '--runs', '10000000', '--json', '--out', 'cut'], {
    see: (child, err) => {
      if (!sent && err.includes('taking')) sent = child.kill('SIGINT');
    },
  });
  expect(ran.code).toBe(130);
  expect(ran.err).toContain('Interrupted: Eddy ends after the run at hand');
  expect(validLines(ran.out).at(-1)).toMatchObject({ type: 'end', exitCode: 130, report: 'cut/index.html' });
  expect(readFileSync(join(folder, 'cut/result.json'), 'utf8')).toMatch(/"exitCode": ?130/);
});

test.concurrent('Ctrl-C ends a server in order; a port that is in use is one sentence', {
  timeout: LIMIT_MS,
}, async () => {
  let second: Promise<Ended> | undefined;
  const first = await eddy(['serve', '--amqp', '0'], {
    see: (child, _err, out) => {
      const port = /^amqp on 127\.0\.0\.1:(\d+)\n/.exec(out)?.[1];
      if (port === undefined || second) return;
      second = eddy(['serve', '--amqp', port]);
      void second.then(() => child.kill('SIGINT'));
    },
  });
  expect(first.code).toBe(130);
  expect(first.err).toContain('Interrupted: Eddy closes its connections');
  const refused = await second;
  expect(refused?.code).toBe(64);
  expect(refused?.err).toMatch(/^127\.0\.0\.1:\d+: this port is in use; give another, or 0 for one that is free\n$/);
});
