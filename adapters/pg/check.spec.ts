/** A scenario on the real client, judged. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { check, run } from '../../index.ts';
import { message } from '../../sim/protocols/postgres/bytes.ts';
import billing from './billing.fixture.ts';
import { pgliteEngines } from './pglite.ts';

/** Several threads of a loaded machine start a server each. */
const LONG = 400_000;

const workload = [
  { id: 'p1', cents: 1 },
  { id: 'p2', cents: 2 },
];
const plan = [
  '1st delivery of Payment#p1 to billing: crash after commit on db, before ack',
  '1st delivery of Payment#p2 to billing: insert into db.charges fails',
];

test(
  'the correct one holds, and every wrong variant is caught by what it breaks',
  async () => {
    expect(await check(billing, { runs: 60 })).toMatchObject({ verdict: 'pass' });
    for (const [variant, property] of Object.entries({ 'swallows-error': 'D1', 'charges-first': 'I1' })) {
      const found = await check(billing, { runs: 60, variant });
      expect(found).toMatchObject({ verdict: 'fail', failures: [{ property }] });
      if (found.verdict === 'fail') {
        const needed = found.failures[0].faults.filter((fault) => fault.needed).map(({ sentence }) => sentence);
        expect([variant, needed]).toEqual([variant, [expect.stringMatching(/on db|into db\.|select from db\./)]]);
      }
    }
  },
  LONG,
);

test('the faults that a wrong variant fails by take effect on the correct one, which holds', async () => {
  const faults = [plan[1] as string];
  const wrong = await run(billing, { workload, faults, variant: 'swallows-error' });
  expect(wrong.properties['D1']?.verdict).toBe('fail');
  const correct = await run(billing, { workload, faults });
  expect([correct.properties['D1']?.verdict, correct.notReached, correct.outcome]).toEqual(['pass', [], 'quiet']);
});

test(
  'the same digest in another process',
  async () => {
    const { digest } = await run(billing, { workload, faults: plan, seed: 3 });
    const code = `const { run } = await import('./index.ts'); const { default: billing } = await import('./adapters/pg/billing.fixture.ts');
    console.log((await run(billing, ${JSON.stringify({ workload, faults: plan, seed: 3 })})).digest);`;
    const told = execFileSync(process.execPath, ['--import', './cli/register.js', '--input-type=module', '-e', code], {
      encoding: 'utf8',
    });
    expect(told.trim()).toBe(digest);
  },
  LONG,
);

test('an engine that has ended says so at once, and another takes its place', async () => {
  const around = { timeMs: 0, fill: () => {} };
  const component = {};
  const { engine } = await pgliteEngines.take(component, [], []);
  // Nobody but a test would send this: sessions let through what they know.
  for (let again = 0; again < 2; again++)
    expect(() => engine.exec(message('?'), around)).toThrow(expect.objectContaining({ code: 'EDDY_ENGINE' }));
  const next = await pgliteEngines.take(component, [], []);
  expect(next.engine).not.toBe(engine);
});
