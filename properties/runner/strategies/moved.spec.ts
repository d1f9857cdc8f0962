import { expect, test } from 'vitest';
import { parseFault } from '../../../sim/faults/parse.ts';
import { printFault } from '../../../sim/faults/print.ts';
import { moved } from './moved.ts';

const PLAN = [
  '2nd delivery of Paid#p1/Receipt#1 to billing: crash after commit on db, before ack',
  '1st delivery of Paid#p2 to billing: commit on db is held until after 1st delivery of Paid#p1 to billing: ack',
  '1st send of p1: publish of Paid to mq fails',
  'mq is refusing from 1 s to 2 s',
];
const to = (items: readonly string[], by = 0): string[] =>
  moved(PLAN.map(parseFault), ['p1', 'p2'], items, by).map(printFault);

test('a plan strikes the items of another workload that stand where its own stood', () => {
  expect(to(['x 1', 'y', 'z'])).toEqual([
    '2nd delivery of Paid#"x 1"/Receipt#1 to billing: crash after commit on db, before ack',
    '1st delivery of Paid#y to billing: commit on db is held until after 1st delivery of Paid#"x 1" to billing: ack',
    '1st send of "x 1": publish of Paid to mq fails',
    'mq is refusing from 1 s to 2 s',
  ]);
});

test('or so many items further on, round the end', () => {
  expect(to(['p1', 'p2'], 1)[2]).toBe('1st send of p2: publish of Paid to mq fails');
  expect(to(['a', 'b', 'c'], 2)[1]).toContain('1st delivery of Paid#a to billing: commit');
  expect(to([])).toEqual(PLAN);
});
