/** What a fault shrinks to: what says less, and no more of it than is needed. */
import fc from 'fast-check';
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
  // An earlier delivery, send, start or arrival may do what a later one does.
  ['3rd delivery of A#1 to b: ack is lost', ['1st', '2nd'].map((nth) => `${nth} delivery of A#1 to b: ack is lost`)],
  ['2nd send of o1: insert into db.t fails', ['1st send of o1: insert into db.t fails']],
  ['2nd start of b: insert into db.t fails', ['1st start of b: insert into db.t fails']],
  ['2nd arrival of A#1 in q: comes again after 0 s', ['1st arrival of A#1 in q: comes again after 0 s']],
  [
    '1st delivery of A#1 to b: pause of 1234567 us on receipt',
    ['0 s', '1 ms', '20 ms', '500 ms', '1 s', '1200 ms', '1230 ms', '1234 ms'].map(
      (time) => `1st delivery of A#1 to b: pause of ${time} on receipt`,
    ),
  ],
  [
    'mq is refusing from 1234567 us to 1734567 us',
    ['1 s to 1500 ms', '1200 ms to 1700 ms', '1230 ms to 1730 ms', '1234 ms to 1734 ms'].map(
      (window) => `mq is refusing from ${window}`,
    ),
  ],
  ['coordinator of workers on log moves at 2500 ms', ['coordinator of workers on log moves at 2 s']],
])('%s', (sentence, smaller) => {
  expect(smallerFaults(parseFault(sentence)).map((fault) => printFault(fault))).toEqual(smaller);
});

test('however the smaller one is chosen, a fault has a smallest', () => {
  const sentences = [
    '7th delivery of A#1 to b: pause of 7654321 us on receipt',
    'mq is restarting from 7654321 us to 9654321 us',
    'clock of b is 7654321 us behind from 1234567 us to 2 s',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...sentences), fc.infiniteStream(fc.nat()), (sentence, picks) => {
      let fault = parseFault(sentence);
      for (let steps = 0; ; steps++) {
        const smaller = smallerFaults(fault);
        const picked = smaller[(picks.next().value as number) % Math.max(1, smaller.length)];
        if (!picked) return;
        expect(steps).toBeLessThan(100);
        fault = picked;
      }
    }),
  );
});
