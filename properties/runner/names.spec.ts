/** Faults that name nobody are told from those that changed nothing, by one run and by a pinned test. */
import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../index.ts';
import type { ScenarioShape } from '../scenario.ts';
import { bank } from './bank.fixture.ts';
import { warehouse } from './log.fixture.ts';
import { pinnedRun } from './pinned.ts';
import { run } from './run.ts';

const asScenario = (shape: ScenarioShape) => shape as Scenario<unknown>;

const workload = [{ id: 'd1', amount: 5 }];
const orders = [{ id: 'o1', of: 'ann' }];

describe('what the scenario does not have a pinned test refuses, with the nearest, and a run does not reach', () => {
  test.each([
    ['clock of teler is 90 s ahead from 0 s to 9 s', 'service teler; the nearest is teller'],
    ['every operation of teler takes 500 ms longer from 0 s to 9 s', 'service teler; the nearest is teller'],
    ['every operation of teller/7 takes 500 ms longer from 0 s to 9 s', 'service teller/7; the nearest is teller/0'],
    ['network between teler and mq is cut from 1 s to 9 s', 'service teler; the nearest is teller'],
    ['network between teller and mqq is cut from 1 s to 9 s', 'component mqq; the nearest is mq'],
    ['deploy of teler at 3 s', 'service teler; the nearest is teller'],
    ['1st delivery of Deposit#d1 to teler: ack is lost', 'service teler; the nearest is teller'],
    ['1st delivery of Deposit#d1 to teller: disconnect from mqq on receipt', 'component mqq; the nearest is mq'],
    ['dbb is silent from 1 s to 9 s', 'component dbb; the nearest is db'],
    [
      '1st send of d1: publish is held until after 1st delivery of Deposit#d1 to teler: ack',
      'service teler; the nearest is teller',
    ],
  ])('%s', async (sentence, says) => {
    const input = { workload, faults: [sentence] };
    const refused = { code: 'EDDY_USAGE', message: expect.stringContaining(`the scenario has no ${says}`) as string };
    expect(() => pinnedRun(bank(), input)).toThrow(expect.objectContaining(refused));
    expect((await run(asScenario(bank()), input)).notReached.map((fault) => fault.sentence)).toEqual([sentence]);
  });
});

test.each([
  ['leader of log.order/0 fails over at 2 s', 'the scenario has no topic log.order; the nearest is log.orders'],
  ['log.order gets 6 partitions at 2 s', 'the scenario has no topic log.order; the nearest is log.orders'],
  ['log.orders/7 is compacted at 2 s', 'the scenario has no partition log.orders/7; the nearest is log.orders/1'],
  ['coordinator of warehose on log moves at 2 s', 'the scenario has no group warehose; the nearest is warehouse'],
  ['burst of 2 items from o2', 'no such item in this run; the nearest is "o1"'],
  [
    '1st arrival of Order#o1 in order: comes 3 s late',
    'no such arrival in this run; the nearest is "1st arrival of Order#o1 in orders"',
  ],
  ['every delivery of Order#o2: poison, markup', 'no such message in this run; the nearest is "Order#o1"'],
])('what comes to be in a run counts as not reached: %s', async (sentence, why) => {
  const input = { workload: orders, faults: [sentence] };
  const { notReached } = await run(asScenario(warehouse()), input);
  expect(notReached.map((fault) => fault.sentence)).toEqual([sentence]);
  const pinned = await pinnedRun(warehouse(), input);
  expect([pinned.notReached, pinned.noEffect]).toEqual([[`${sentence} (${why})`], []]);
});

test('a fault that names what is there, and meets nobody, changed nothing', async () => {
  const faults = [
    'clock of teller is 90 s ahead from 0 s to 9 s',
    'network between teller and mq is cut from 1 s to 9 s',
    '1st delivery of Deposit#d1 to teller: disconnect from db on receipt',
  ];
  const { notReached, noEffect } = await pinnedRun(bank(), { workload, faults });
  expect([notReached, noEffect]).toEqual([[], faults]);
});

test('a deploy brings one more instance, which a fault may name', async () => {
  const faults = ['deploy of teller at 1 s', 'every operation of teller/1 takes 500 ms longer from 0 s to 9 s'];
  expect((await run(asScenario(bank()), { workload, faults })).notReached).toEqual([]);
});

test('two items of one key are refused by a pinned test', () => {
  const input = { workload: [...workload, { id: 'd2', amount: 1 }, { id: 'd1', amount: 6 }] };
  const says = expect.stringContaining('two items of one key, "d1" (the 1st and the 3rd)') as string;
  const refused = { code: 'EDDY_USAGE', message: says, data: { key: 'd1' } };
  expect(() => pinnedRun(bank(), input)).toThrow(expect.objectContaining(refused));
});
