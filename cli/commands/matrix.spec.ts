import { expect, test } from 'vitest';
import type { MatrixOptions as Asked } from '../../properties/runner/matrix.ts';
import type { MatrixResult } from '../../properties/runner/result.ts';
import { aFailure, aResult, fakeEngine, fakeHost, tempFolder, validLines } from '../testing.fixture.ts';
import { matrix, type MatrixOptions } from './matrix.ts';

const typed: MatrixOptions = { items: '2', runs: '100', pairs: '0', out: tempFolder(), json: true };
const counts: MatrixResult = {
  sites: 3,
  cells: 10,
  tried: 9,
  notReached: 1,
  notRun: 0,
  noEffect: 2,
  failed: 1,
  table: [
    {
      row: 'billing, delivery: \u001b[2J commit on db',
      kind: 'crash',
      cells: 6,
      tried: 5,
      failed: 1,
      failing: [['a']],
    },
    { row: 'billing, delivery: \u001b[2J commit on db', kind: 'delay', cells: 4, tried: 4, failed: 0, failing: [] },
  ],
  missed: [{ sentences: ['a crash'], cause: 'its moment ended before the gap came up' }],
  pairs: { possible: 45, tried: 9, failed: 0 },
};

function answering(o: Partial<ReturnType<typeof aResult>> = {}, asked: Asked[] = []) {
  return fakeEngine({
    matrix: (_scenario, variant, options) => {
      asked.push(options);
      return Promise.resolve(aResult({ variant, matrix: counts, ...o }));
    },
  });
}

test('each line is within the schema: start, the matrix with its counts, its failures, the end', async () => {
  const host = fakeHost();
  const asked: Asked[] = [];
  const failing = answering({ verdict: 'fail', failures: [aFailure()] }, asked);
  expect(await matrix('payments', { ...typed, seed: '3', pairs: '9', faults: 'delay,crash' }, host, failing)).toBe(1);
  const lines = validLines(host.said);
  expect(lines.map(({ type }) => type)).toEqual(['start', 'matrix', 'failure', 'end']);
  expect(lines[1]).toMatchObject({ scenario: 'payments', sites: 3, cells: 10, tried: 9, notReached: 1, failed: 1 });
  expect(asked[0]).toMatchObject({ seed: 3, items: 2, runs: 100, pairs: 9, kinds: ['delay', 'crash'] });
});

test.each([
  ['pass', 0],
  ['unknown', 2],
] as const)('%s exits with %i', async (verdict, code) => {
  expect(await matrix('payments', typed, fakeHost(), answering({ verdict }))).toBe(code);
});

test.each([
  ['pass', 0],
  ['fail', 1],
  ['unknown', 2],
] as const)("a wrong variant is somebody's own code: %s exits with %i", async (verdict, code) => {
  const host = fakeHost();
  expect(await matrix('payments', { ...typed, variant: 'acks-first' }, host, answering({ verdict }))).toBe(code);
  expect(validLines(host.said).at(-1)).toMatchObject({ type: 'end', verdict, exitCode: code });
});

test('people get a line for each row, what was tried, and why the rest was not reached', async () => {
  const host = fakeHost();
  await matrix('payments', { ...typed, json: false }, host, answering());
  const text = host.said.join('\n');
  expect(text).toMatch(/✗ billing, delivery: \\u001b\[2J commit on db +crash 1 of 6 {2}delay 4/);
  expect(text).toContain('3 sites, 10 cells: 9 tried (90 %), 2 of them without effect, 1 not reached, 1 failed');
  expect(text).toContain('9 of 45 pairs (20 %) tried by sampling, none failed');
  expect(text).toContain('not reached 1: its moment ended before the gap came up');
});

test('a row of which nothing was run is not said to hold', async () => {
  const host = fakeHost();
  const cell = { kind: 'poison', cells: 5, failed: 0, failing: [] };
  const table = [
    { ...cell, row: 'tried', tried: 3 },
    { ...cell, row: 'whole', tried: 5 },
    { ...cell, row: 'left', tried: 0 },
  ];
  await matrix('payments', { ...typed, json: false }, host, answering({ matrix: { ...counts, table } }));
  const rows = host.said.flatMap((line) => (/poison/.test(line) ? [line.trim().replace(/\s+/g, ' ')] : []));
  expect(rows).toEqual(['✓ tried poison 3 of 5 tried', '✓ whole poison 5', '? left poison 0 of 5 tried']);
});

test.each([
  [{ items: '0' }, '--items 0'],
  [{ pairs: '-1' }, '--pairs -1'],
  [{ variant: 'nowhere' }, 'no variant "nowhere"'],
])('%o is refused with a sentence', async (wrong, says) => {
  await expect(matrix('payments', { ...typed, ...wrong }, fakeHost(), answering())).rejects.toThrow(says);
});
