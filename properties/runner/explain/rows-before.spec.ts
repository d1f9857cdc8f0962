import { expect, test } from 'vitest';
import type { Entry } from '../../../sim/history/history.ts';
import { sliceOf } from './cone.ts';
import { happenedIn } from './happened.ts';
import { rowsBefore } from './rows-before.ts';

const entry = (n: number, process: string, kind: string, key: string, cause: number, table = 'inbox'): Entry => ({
  n,
  timeUs: n * 1000,
  process,
  kind,
  data: { component: 'db', channels: [table], value: { id: key }, about: { key } },
  causes: cause < 0 ? [] : [cause],
});

/** A row is remembered, swept by another service, and remembered again, with a payout each time. */
const SWEPT = [
  entry(0, 'mq', 'noted', '', -1),
  entry(1, 'bank/0', 'inserted', 'p1', 0),
  entry(2, 'bank/0', 'inserted', '1', 0, 'payouts'),
  entry(3, 'sweeper/0', 'noted', '', -1),
  entry(4, 'sweeper/0', 'deleted', 'p1', 3),
  entry(5, 'sweeper/0', 'deleted', 'p2', 3),
  entry(6, 'bank/1', 'inserted', 'p1', 0),
  entry(7, 'bank/1', 'inserted', '2', 0, 'payouts'),
];
const EVIDENCE = SWEPT.filter(({ n }) => n === 2 || n === 7);

test('the last change that somebody else made of a row that the evidence’s moments changed', () => {
  expect(rowsBefore(SWEPT, EVIDENCE).map(({ n }) => n)).toEqual([4]);
  expect(rowsBefore(SWEPT, EVIDENCE.slice(0, 1))).toEqual([]);
  const twice = [...SWEPT.slice(0, 3), entry(3, 'bank/0', 'updated', '1', 0, 'payouts')];
  expect(rowsBefore(twice, EVIDENCE.slice(0, 1))).toEqual([]);
});

test('it belongs to the slice, with what led to it, and to the story', () => {
  expect(sliceOf(SWEPT, EVIDENCE)).toEqual([0, 2, 3, 4, 7]);
  expect(happenedIn(SWEPT, EVIDENCE)).toContain('sweeper/0 deleted p1 from db.inbox');
});

test('what the evidence’s own service did to a row is in the slice alone', () => {
  const own = SWEPT.map((each) => ({ ...each, process: each.process.replace('sweeper', 'bank') }));
  const evidence = own.filter(({ n }) => n === 2 || n === 7);
  expect(sliceOf(own, evidence)).toContain(4);
  expect(happenedIn(own, evidence)).not.toContain('deleted');
});
