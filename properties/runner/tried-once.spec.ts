import { expect, test } from 'vitest';
import { parseFault } from '../../sim/faults/parse.ts';
import type { Case } from './execute.ts';
import { triedOnce } from './tried-once.ts';

/** How many of these are tried. */
async function tried(cases: readonly Case[]): Promise<number> {
  let tries = 0;
  const once = triedOnce(async () => tries++ % 2 === 0);
  for (const each of cases) await once(each);
  return tries;
}

const given: Case = { seed: 1, items: [{ id: 'a' }], plan: [parseFault('mq is refusing from 1 s to 2 s')] };

test('the same case is tried once, and answered alike', async () => {
  const once = triedOnce(async () => answers.shift() === true);
  const answers = [true, false];
  expect([await once(given), await once({ ...given, items: [{ id: 'a' }] }), answers]).toEqual([true, true, [false]]);
});

test.each<[string, Partial<Case>]>([
  ['seed', { seed: 2 }],
  ['plan', { plan: [] }],
  ['item', { items: [{ id: 'b' }] }],
  ['item that JSON would not tell apart', { items: [{ id: 'a', at: undefined }] }],
])('another %s is another case', async (_, other) => {
  expect(await tried([given, { ...given, ...other }])).toBe(2);
});

test('items are told apart by all that they hold, or not at all', async () => {
  const holding = (part: unknown): Case => ({ ...given, items: [{ id: 'a', part }] });
  expect(await tried([new Map([[1, 2]]), new Map([[1, 3]]), 1n, '1', Number.NaN, null].map(holding))).toBe(6);
  const same = holding(() => {});
  expect(await tried([same, same])).toBe(2);
});
