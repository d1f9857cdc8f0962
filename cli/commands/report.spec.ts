import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EddyError } from '../../sim/errors.ts';
import type { CampaignResult, FailureResult } from '../../properties/runner/result.ts';
import { aFailure, aResult, fakeEngine, fakeHost, tempFolder, validLines } from '../testing.fixture.ts';
import { list } from './list.ts';
import { report } from './report.ts';

const folder = tempFolder();
const file = join(folder, 'result.json');
writeFileSync(file, '{}');

test('renders a saved result again and ends with 0, whatever the result was', async () => {
  const host = fakeHost();
  const engine = fakeEngine({
    readResult: () => ({
      schema: 1,
      eddy: '0.1.0',
      seed: 7,
      command: 'run',
      verdict: 'fail',
      exitCode: 1,
      scenarios: [aResult()],
    }),
  });
  expect(await report(file, { out: folder, json: true }, host, engine)).toBe(0);
  expect(validLines(host.said)).toEqual([
    { type: 'end', schema: 1, verdict: 'fail', exitCode: 0, report: join(folder, 'index.html') },
  ]);
});

test('refuses a file that is missing, a folder, or no result', async () => {
  const engine = fakeEngine({
    readResult: () => {
      throw new EddyError('EDDY_RESULT', 'the field "schema" is missing');
    },
  });
  const options = { out: folder };
  await expect(report(join(folder, 'none.json'), options, fakeHost(), engine)).rejects.toThrow('there is no such file');
  await expect(report(folder, options, fakeHost(), engine)).rejects.toThrow('it cannot be read (EISDIR)');
  await expect(report(file, options, fakeHost(), engine)).rejects.toThrow('result.json: the field "schema" is missing');
});

test('eddy list says of each scenario what it holds', async () => {
  const host = fakeHost();
  expect(await list({ json: true }, host)).toBe(0);
  const payments = validLines(host.said).find(({ scenario }) => scenario === 'payments');
  expect(payments?.['properties']).toContainEqual({ id: 'D1', name: 'no-loss', kind: 'safety' });
  expect(payments?.['variants']).toContainEqual({
    variant: 'acks-errors',
    catalogue: 3,
    breaks: 'P1',
    because: 'it catches every error and acks',
  });
  const people = fakeHost();
  await list({}, people);
  expect(people.said).toContain('     3 acks-errors                breaks P1: it catches every error and acks');
});

test('says what is new since an earlier result', async () => {
  const before = join(folder, 'before.json');
  writeFileSync(before, '{"before":1}');
  const result = (failures: readonly FailureResult[]): CampaignResult => ({
    schema: 1,
    eddy: '0.1.0',
    seed: 7,
    command: 'run',
    verdict: 'fail',
    exitCode: 1,
    scenarios: [{ ...aResult(), verdict: failures.length > 0 ? 'fail' : 'pass', failures }],
  });
  const written: CampaignResult[] = [];
  const engine = fakeEngine({
    readResult: (text) => result(text.includes('before') ? [] : [aFailure()]),
    writeReports: (made) => {
      written.push(made);
      return { html: '', json: '', junit: '', markdown: '' };
    },
  });
  await report(file, { out: folder, since: before, json: true }, fakeHost(), engine);
  expect(written[0]?.since?.fresh).toHaveLength(1);
  await expect(report(file, { out: folder, since: 'none.json' }, fakeHost(), engine)).rejects.toThrow('no such file');
});
