/** What a fault of a log, or of the network, shrinks to: what says less, and no more of it than is needed. */
import { expect, test } from 'vitest';
import { parseFault } from '../../sim/faults/parse.ts';
import { printFault } from '../../sim/faults/print.ts';
import { smallerFaults } from './smaller-faults.ts';

test.each([
  ['leader of log.orders/0 fails over uncleanly at 2 s', ['leader of log.orders/0 fails over at 2 s']],
  [
    '1st send of o1: leader of log fails over uncleanly before produce of A to log',
    ['1st send of o1: leader of log fails over before produce of A to log'],
  ],
  ['leader of log.orders/0 fails over at 2 s', []],
  [
    '1st delivery of A#1 to b: poll interval is exceeded on receipt',
    ['1st delivery of A#1 to b: session times out on receipt'],
  ],
  ['1st delivery of A#1 to b: session times out on receipt', []],
  ['coordinator of workers on log moves at 2 s', []],
  ['log.orders gets 4 partitions at 2 s', ['log.orders gets 3 partitions at 2 s']],
  ['log.orders gets 2 partitions at 2 s', []],
  [
    'network from billing to mq is cut from 1 s to 3 s',
    ['1500 ms', '2 s'].map((end) => `network from billing to mq is cut from 1 s to ${end}`),
  ],
  ['log.orders/0 is cut up to its end at 3 s', []],
  [
    'a transaction stays open on log.orders/0 from 1 s to 5 s',
    ['1500 ms', '2 s'].map((end) => `a transaction stays open on log.orders/0 from 1 s to ${end}`),
  ],
])('%s', (sentence, smaller) => {
  expect(smallerFaults(parseFault(sentence)).map((fault) => printFault(fault))).toEqual(smaller);
});
