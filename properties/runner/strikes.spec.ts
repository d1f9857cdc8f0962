import { expect, test } from 'vitest';
import { parseFault } from '../../sim/faults/parse.ts';
import { strikes } from './strikes.ts';

test.each([
  ['1st delivery of Paid#p1/Charged#1 to billing: ack is lost', 'p1'],
  ['1st arrival of Paid#p1 in payments: comes again after 20 ms', 'p1'],
  ['every delivery of Paid#p1: poison, not parseable', 'p1'],
  ['1st send of p1: publish of Paid to mq fails', 'p1'],
  ['1st arrival of Paid#p1/Charged#1 in charges: comes again after 20 ms', 'p1'],
  ['work of relay: 3rd scan of db.outbox fails', 'relay scan of db.outbox'],
  ['1st start of relay: crash before get from db.outbox', 'relay'],
  ['db is refusing from 1 s to 2 s', undefined],
])(
  '%s strikes the item, whichever of its messages it is about, a service, or nothing in particular',
  (sentence, struck) => {
    expect(strikes(parseFault(sentence))).toBe(struck);
  },
);
