import { expect, test } from 'vitest';
import { parseFault } from '../../sim/faults/parse.ts';
import { strikes } from './strikes.ts';

test.each([
  ['1st delivery of Paid#p1/Charged#1 to billing: ack is lost', 'p1'],
  ['1st arrival of Paid#p1 in payments: comes again after 20 ms', 'p1'],
  ['every delivery of Paid#p1: poison, not parseable', 'p1'],
  ['1st send of p1: publish of Paid to mq fails', 'p1'],
  ['db is refusing from 1 s to 2 s', undefined],
])('%s strikes the item, whichever of its messages it is about, or nothing in particular', (sentence, struck) => {
  const found = strikes(parseFault(sentence));
  expect(found?.split('#').at(-1)).toBe(struck);
});
