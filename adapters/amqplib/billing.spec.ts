/** A scenario over amqplib: the right service holds, the wrong one is caught, and each run is the same everywhere. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { check, run } from '../../index.ts';
import billing from './billing.fixture.ts';

const payments = ['p1', 'p2', 'p3'].map((transactionId) => ({ transactionId, customerId: 'c1', cents: 100 }));

describe('a crash between commit and ack', () => {
  test('charges nobody twice', async () => {
    const faults = ['1st delivery of PaymentRequested#p1 to billing: crash after commit on db, before ack'];
    const { outcome, properties, notReached } = await run(billing, { workload: payments, faults });
    expect(outcome).toBe('quiet');
    expect(notReached).toEqual([]);
    expect(Object.values(properties).filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  });

  test('does so where the inbox is written apart', async () => {
    const faults = ['1st delivery of PaymentRequested#p1 to billing: crash after 2nd commit on db'];
    const { properties } = await run(billing, { variant: 'inbox-after-charge', workload: payments, faults });
    expect(properties['I1']?.verdict).toBe('fail');
  });
});

test('a run has the same digest again, and in another process', async () => {
  const faults = ['1st delivery of PaymentRequested#p1 to billing: ack is lost', 'mq is silent from 20 ms to 90 s'];
  const input = { workload: payments, faults, seed: 5 };
  const { digest } = await run(billing, input);
  expect((await run(billing, input)).digest).toBe(digest);
  const code = `
    import { run } from ${JSON.stringify(fileAt('../../index.ts'))};
    import billing from ${JSON.stringify(fileAt('./billing.fixture.ts'))};
    process.stdout.write((await run(billing, ${JSON.stringify(input)})).digest);`;
  const options = ['--import', fileAt('../../cli/register.js'), '--input-type=module', '--eval', code];
  expect(execFileSync(process.execPath, options, { encoding: 'utf8' })).toBe(digest);
});

const fileAt = (path: string): string => new URL(path, import.meta.url).href;

describe('a campaign', () => {
  test('finds nothing against the right service', async () => {
    expect(await check(billing, { runs: 40, seed: 1 })).toMatchObject({ verdict: 'pass' });
  });

  test('catches the wrong one', async () => {
    const result = await check(billing, { runs: 60, seed: 2, variant: 'inbox-after-charge' });
    if (result.verdict !== 'fail') throw new Error(`It was not caught: ${JSON.stringify(result)}`);
    const [failure] = result.failures;
    expect(failure.property).toBe('I1');
    expect(failure.says).toContain('row inserted into db.charges: 2 times');
    expect(failure.faults.some(({ needed }) => needed)).toBe(true);
  });
});
