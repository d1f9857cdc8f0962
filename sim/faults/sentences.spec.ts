import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EddyError } from '../errors.ts';
import { type FaultData, type MomentRef, type OperationRef, OUTAGE_MODES, type Place, POISONS } from './fault.ts';
import type { LogFault } from './log-fault.ts';
import { parseFault } from './parse.ts';
import { printFault } from './print.ts';
import { childLineage, printName, rootLineage } from './words.ts';

const name = fc.oneof(
  fc.constantFrom('billing', 'mq', 'p1', 'before', 'is'),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const lineage = fc
  .tuple(name, name, fc.option(fc.tuple(name, fc.integer({ min: 1, max: 9 }))))
  .map(([type, key, child]) => (child ? childLineage(rootLineage(type, key), ...child) : rootLineage(type, key)));
const nth = fc.integer({ min: 1, max: 120 });
const moment: fc.Arbitrary<MomentRef> = fc.oneof(
  fc.record({ at: fc.constant('delivery' as const), nth, lineage, service: name }),
  fc.record({ at: fc.constant('send' as const), nth, item: name }),
  fc.record({ at: fc.constant('start' as const), nth, service: name }),
  fc.record({ at: fc.constant('work' as const), service: name }),
);
const operation: fc.Arbitrary<OperationRef> = fc.record({
  nth,
  phrase: fc.oneof(
    fc.constantFrom('commit on db', 'insert into db.charges', 'charge on card', 'ack', 'first durable write'),
    name.map((type) => `publish of ${printName(type)} to mq`),
  ),
});
const site = fc.record({ moment, operation });
const place: fc.Arbitrary<Place> = fc.oneof(
  fc.record({ moment, gap: fc.constant('receipt' as const) }),
  fc.record({ moment, gap: fc.constantFrom('before' as const, 'between' as const, 'after' as const), operation }),
  fc.record({ moment, gap: fc.constant('after' as const), operation, next: operation }),
);
const us = fc.oneof(
  fc.nat(999_999_999),
  fc.nat(999).map((ms) => ms * 1000),
  fc.nat(Number.MAX_SAFE_INTEGER),
);
const offUs = fc.tuple(us, fc.boolean()).map(([off, back]) => (back ? 0 - off : off));
const arrival = fc.record({ nth, lineage, channel: name });
const how = fc.constantFrom(...POISONS);
const dotted = fc.oneof(
  name,
  name.map((each) => `${each}.${each}`),
);
const partition = { component: dotted, topic: dotted, partition: fc.nat(999_999) };
const anyLogFault: fc.Arbitrary<LogFault> = fc.oneof(
  fc.record({
    kind: fc.constant('rebalance' as const),
    by: fc.constantFrom('session' as const, 'poll' as const),
    place,
  }),
  fc.record({
    kind: fc.constant('rebalance' as const),
    by: fc.constant('coordinator' as const),
    component: dotted,
    group: dotted,
    atUs: us,
  }),
  fc.record({
    kind: fc.constant('rebalance' as const),
    by: fc.constant('partitions' as const),
    component: dotted,
    topic: dotted,
    partitions: fc.integer({ min: 1, max: 999_999 }),
    atUs: us,
  }),
  fc.record(
    { kind: fc.constant('failover' as const), component: dotted, place, unclean: fc.constant(true as const) },
    { requiredKeys: ['kind', 'component', 'place'] },
  ),
  fc.record(
    { kind: fc.constant('failover' as const), ...partition, unclean: fc.constant(true as const), atUs: us },
    { requiredKeys: ['kind', 'component', 'topic', 'partition', 'atUs'] },
  ),
  fc.record({
    kind: fc.constant('retention' as const),
    ...partition,
    how: fc.constantFrom('cut' as const, 'compacted' as const),
    atUs: us,
  }),
  fc.record({ kind: fc.constant('open-transaction' as const), ...partition, fromUs: us, toUs: us }),
);

const anyFault: fc.Arbitrary<FaultData> = fc.oneof(
  anyLogFault,
  fc.record({ kind: fc.constant('crash' as const), place, loss: fc.constantFrom('process' as const, 'host' as const) }),
  fc.record({ kind: fc.constant('crash' as const), place, loss: fc.constant('host' as const), restartUs: us }),
  fc.record({ kind: fc.constant('disconnect' as const), place, component: name }),
  fc.record({ kind: fc.constant('disconnect' as const), place, component: name, halfOpen: fc.constant(true as const) }),
  fc.record(
    { kind: fc.constant('slowness' as const), service: name, instance: fc.nat(9), byUs: us, fromUs: us, toUs: us },
    { requiredKeys: ['kind', 'service', 'byUs', 'fromUs', 'toUs'] },
  ),
  fc.record(
    {
      kind: fc.constant('cut' as const),
      service: name,
      instance: fc.nat(9),
      component: name,
      way: fc.constantFrom('there' as const, 'back' as const),
      fromUs: us,
      toUs: us,
    },
    { requiredKeys: ['kind', 'service', 'component', 'fromUs', 'toUs'] },
  ),
  fc.record({ kind: fc.constant('burst' as const), item: name, count: fc.integer({ min: 1, max: 999_999 }) }),
  fc.record({ kind: fc.constant('pause' as const), place, forUs: us }),
  fc.record({
    kind: fc.constantFrom('ack-lost' as const, 'confirm-lost' as const, 'store-error' as const, 'conflict' as const),
    site,
  }),
  fc.record({ kind: fc.constant('commit-unknown' as const), site, applied: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('delay' as const, 'slow' as const), site, byUs: us }),
  fc.record({ kind: fc.constant('hold' as const), site, until: site }),
  fc.record({ kind: fc.constant('duplicate' as const), arrival, afterUs: us }),
  fc.record({ kind: fc.constant('late' as const), arrival, byUs: us }),
  fc.record({ kind: fc.constant('poison' as const), lineage, how }),
  moment
    .filter((m) => m.at === 'delivery')
    .chain((m) =>
      fc.record({ kind: fc.constant('poison' as const), lineage: fc.constant(m.lineage), moment: fc.constant(m), how }),
    ),
  fc.record({
    kind: fc.constant('outage' as const),
    component: name.filter((n) => !/^\d+(st|nd|rd|th)$|^work$|^every$/.test(n)),
    mode: fc.constantFrom(...OUTAGE_MODES),
    fromUs: us,
    toUs: us,
  }),
  fc.record({ kind: fc.constant('clock-skew' as const), place, byUs: offUs }),
  fc.record({ kind: fc.constant('deploy' as const), place, graceUs: us }, { requiredKeys: ['kind', 'place'] }),
  fc.record(
    { kind: fc.constant('deploy' as const), service: name, place, overlapUs: us },
    { requiredKeys: ['kind', 'service', 'place'] },
  ),
  fc.record(
    { kind: fc.constant('deploy' as const), service: name, atUs: us, overlapUs: us },
    { requiredKeys: ['kind', 'service', 'atUs'] },
  ),
  fc.record(
    {
      kind: fc.constant('clock-skew' as const),
      service: name,
      instance: fc.nat(99),
      byUs: offUs,
      fromUs: us,
      toUs: us,
    },
    { requiredKeys: ['kind', 'service', 'byUs', 'fromUs', 'toUs'] },
  ),
);

/** Nothing ends before it begins. */
function inOrder(fault: FaultData): FaultData {
  if (!('fromUs' in fault)) return fault;
  const { fromUs, toUs } = fault;
  return { ...fault, fromUs: Math.min(fromUs, toUs), toUs: Math.max(fromUs, toUs) };
}

test('every fault reads back from its sentence', () => {
  fc.assert(
    fc.property(anyFault.map(inOrder), (fault) => {
      expect(parseFault(printFault(fault))).toEqual(fault);
    }),
    { numRuns: 3000 },
  );
});

describe('sentences as people write them', () => {
  test.each([
    '2nd delivery of PaymentRequested#p1 to billing: crash after commit, before ack',
    '1st delivery of PaymentRequested#p1 to billing: crash on receipt, restart after 5 s',
    '1st delivery of PaymentRequested#p1 to billing: host loss between commit on db and its answer',
    '1st delivery of PaymentRequested#p1 to billing: ack is lost',
    '1st send of p1: confirm of publish of PaymentRequested to mq is lost',
    '1st delivery of PaymentRequested#p1 to billing: 2nd insert into db.inbox fails',
    '1st delivery of PaymentRequested#p1 to billing: answer of commit on db is lost, not applied',
    '1st delivery of PaymentRequested#p1 to billing: 2nd put into db.totals conflicts',
    '1st send of p1: publish of PaymentRequested to mq answers 8 s late',
    '1st delivery of A#1 to billing: ack is held until after 1st delivery of A#2 to billing: commit on db',
    '1st arrival of PaymentRequested#p1 in payments: comes again after 20 ms',
    'every delivery of PaymentRequested#"p 1" : poison, not parseable'.replace(' :', ':'),
    'mq is silent from 100 ms to 2 s',
    'clock of billing/1 is 90 s behind from 100 ms to 2 s',
    'clock of billing is 1500 ms ahead from 0 s to 2 s',
    '2nd delivery of A#1 to billing: clock jumps 90 s back on receipt',
    'work of relay: clock jumps 20 ms forward before 2nd commit on db',
    'deploy of billing at 2 s',
    'deploy of "the billing" at 2 s, overlap of 20 ms',
    '1st delivery of A#1 to billing: graceful stop after commit on db, before ack, grace of 500 ms',
    '1st send of p1: deploy of billing before publish of A to mq, overlap of 0 s',
    'mq is restarting from 1 s to 2 s',
    'mq is blocking publishers from 0 s to 20 s',
    '1st delivery of A#1 to billing: half-open connection to mq before ack',
    'every operation of billing/0 takes 500 ms longer from 0 s to 5 s',
    'every operation of "to" takes 1 s longer from 0 s to 5 s',
    'network between billing and mq is cut from 1 s to 3 s',
    'network from billing/1 to mq is cut from 1 s to 3 s',
    'network to "from" from mq is cut from 1 s to 90 s',
    'network is silent from 1 s to 3 s',
    'burst of 5 items from p1',
    'work of relay: disconnect from mq before publish of OrderPlaced to mq',
    '1st delivery of OrderPlaced#o1 to workers: session times out before offset commit on log',
    '1st delivery of OrderPlaced#o1 to workers: poll interval is exceeded on receipt',
    '1st send of o1: leader of log fails over between produce of OrderPlaced to log and its answer',
    '1st send of o1: leader of log fails over uncleanly before 2nd produce of OrderPlaced to log',
    'leader of log.orders/0 fails over at 2 s',
    'leader of log."orders.v2"/11 fails over uncleanly at 2 s',
    'coordinator of workers on log moves at 2 s',
    'log.orders gets 6 partitions at 2 s',
    'log.orders/0 is cut up to its end at 3 s',
    'log.orders/0 is compacted at 3 s',
    'a transaction stays open on log.orders/0 from 1 s to 5 s',
  ])('%s', (sentence) => {
    expect(printFault(parseFault(sentence))).toBe(sentence);
  });
});

test('who slips in the word for what happens is told which one comes near', () => {
  const says = (word: string) => () => parseFault(`1st delivery of A#1 to b: ${word} on receipt`);
  expect(says('crsh')).toThrow('or "crash" for "crsh"');
  expect(says('puase of 5 s')).toThrow('or "pause" for "puase"');
  expect(says('explosion')).not.toThrow(' for ');
});

describe('what is no sentence fails with the column', () => {
  test.each([
    ['', 1],
    ['2nd', 4],
    ['2nd delivery of PaymentRequested to billing: crash on receipt', 17],
    ['2nd delivery of A#1 to billing crash', 32],
    ['2nd delivery of A#1 to billing: crash', 38],
    ['2nd delivery of A#1 to billing: poison, sour', 41],
    ['2nd delivery of A#"1 to billing', 19],
    ['clock of billing/x is 1 s ahead from 0 s to 1 s', 10],
    ['clock of billing is 1 s late from 0 s to 1 s', 25],
    ['2nd delivery of A#1 to billing: clock jumps 1 s up on receipt', 49],
    ['deploy of billing on receipt', 19],
    ['deploy of billing at 2 s, grace of 1 s', 25],
    ['2nd delivery of A#1 to billing: graceful stop', 46],
    ['mq is silent from soon to 2 s', 19],
    ['mq is silent from 1 s to 2 s today', 30],
    ['mq is silent from 2 s to 1 s', 26],
    ['network between billing and mq is cut from 2 s to 1999 ms', 51],
    ['clock of billing is 1 s ahead from 2 s to 1 s', 43],
    ['mq is blocking from 1 s to 2 s', 7],
    ['burst of no items from p1', 10],
    ['burst of 0 items from p1', 10],
    ['every operation of billing takes long', 34],
    ['network between billing to mq is cut from 1 s to 2 s', 25],
    ['network from billing to mq is slow', 28],
    ['leader of log.orders fails over at 2 s', 11],
    ['leader of log.orders/0 fails at 2 s', 24],
    ['leader of log.orders/0 fails over', 34],
    ['1st send of o1: leader of log.orders/0 fails over on receipt', 27],
    ['1st delivery of A#1 to b: session ends on receipt', 50],
    ['coordinator of workers moves at 2 s', 24],
    ['log.orders gets more partitions at 2 s', 17],
    ['log.orders/0 gets 6 partitions at 2 s', 14],
    ['log.orders/0 is silent from 1 s to 2 s', 17],
    ['a transaction stays open on log from 1 s to 5 s', 29],
  ])('%s', (sentence, column) => {
    try {
      parseFault(sentence);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(EddyError);
      expect(error).toMatchObject({ code: 'EDDY_FAULT_SYNTAX', data: { column } });
    }
  });

  test('no text makes it fail in another way', () => {
    const words = fc.constantFrom(
      '1st',
      'delivery',
      'of',
      'A#1',
      'to',
      'b',
      ':',
      ',',
      'crash',
      'is',
      'lost',
      'after',
      '"',
      '2',
      's',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((w) => w.join(' ')),
        ),
        (text) => {
          try {
            parseFault(text);
          } catch (error) {
            expect(error).toMatchObject({ code: 'EDDY_FAULT_SYNTAX' });
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
