/** What befalls a log is said in a sentence about the past, whatever its entries hold. */
import { expect, test } from 'vitest';
import { parseFault } from '../../../sim/faults/parse.ts';
import { entriesOf } from '../../../sim/world.fixture.ts';
import { run } from '../../../sim/brokers/log/faults/fault.fixture.ts';
import { clauseOf } from './entry-clause.ts';
import { faultClause } from './fault-clause.ts';

test.each([
  ['leader of log.orders/0 fails over at 2 s', 'the leader of log.orders/0 failed over at 2 s'],
  ['leader of log.orders/0 fails over uncleanly at 2 s', 'the leader of log.orders/0 failed over uncleanly at 2 s'],
  ['coordinator of workers on log moves at 2 s', 'the coordinator of workers on log moved at 2 s'],
  ['log.orders gets 6 partitions at 2 s', 'log.orders got 6 partitions at 2 s'],
  ['log.orders/0 is cut up to its end at 3 s', 'log.orders/0 was cut up to its end at 3 s'],
  ['log.orders/0 is compacted at 3 s', 'log.orders/0 was compacted at 3 s'],
  [
    'a transaction stays open on log.orders/0 from 1 s to 5 s',
    'a transaction stayed open on log.orders/0 from 1 s to 5 s',
  ],
])('%s', (sentence, clause) => {
  expect(faultClause(parseFault(sentence))).toEqual({ by: 'itself', text: clause, hasTime: true });
});

test.each([
  ['session times out before ack', 'had its session time out', ' before ack'],
  ['poll interval is exceeded on receipt', 'exceeded its poll interval', ' on receipt'],
  [
    'leader of log fails over uncleanly between produce of A to log and its answer',
    'had a leader fail over uncleanly',
    ' between produce of A to log and its answer',
  ],
])('%s', (what, text, rest) => {
  expect(faultClause(parseFault(`1st delivery of A#1 to b: ${what}`))).toEqual({ by: 'process', text, rest });
});

test('entries say who lost what', async () => {
  const { entries } = await run({
    topic: 'risky',
    faults: [
      '1st delivery of Order#o0 to workers: session times out before offset commit on log',
      'leader of log.risky/0 fails over uncleanly at 7 s',
    ],
  });
  const said = entriesOf({ entries } as never, 'expelled', 'offsetsRefused', 'leaderChanged', 'truncated', 'lost');
  expect(said.map((entry) => `${entry.process} ${clauseOf(entry)}`).slice(0, 5)).toEqual([
    'log put workers/0-1 out of group workers (its session timed out)',
    'workers/0 was refused its commit of offset 1 in risky/0',
    'workers/0 lost risky/0',
    'log gave risky/0 another leader',
    'log cut Order#o2 and 1 more off risky/0',
  ]);
});

test.each([
  [['Order#o1/Notice#1'], 'cut Order#o1/Notice#1 off notices/0'],
  [[], 'cut notices/0 back to 2'],
])('of what is cut off: %j', (lost, says) => {
  const value = { topic: 'notices', partition: 0, node: 1, from: 3, to: 2, lost };
  const data = { component: 'log', channels: ['notices'], value };
  expect(clauseOf({ n: 0, timeUs: 0, process: 'log', kind: 'truncated', data, causes: [] })).toBe(says);
});
