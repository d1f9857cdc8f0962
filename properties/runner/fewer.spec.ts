import { expect, test } from 'vitest';
import { parseFault } from '../../sim/faults/parse.ts';
import { printFault } from '../../sim/faults/print.ts';
import { inWorlds } from '../../sim/simulate.ts';
import type { Verdict } from '../property.ts';
import { type Case, execute } from './execute.ts';
import { savedCase } from './explain/saved.fixture.ts';
import { explain } from './failure.ts';
import { fewer } from './fewer.ts';

/** Fails when two copies of a payment are at work at the same time. */
const { shape, system, property, given: saved } = savedCase('looks-then-inserts');
const [item] = saved.items.map(shape.workload.key);
const beside = [
  `1st delivery of PaymentRequested#${item} to billing: pause of 90 s before ack`,
  `1st send of ${item}: publish of PaymentRequested to mq answers 8 s late`,
];
const given: Case = { ...saved, plan: [...beside.map(parseFault), ...saved.plan] };
const verdictOf = async (tried: Case): Promise<Verdict> =>
  (await execute(system, [property], tried)).verdicts[0] as Verdict;
const fails = async (tried: Case): Promise<boolean> => (await verdictOf(tried)).verdict === 'fail';
const never = (): boolean => false;
const single = (left: Case, isOver = never): Promise<string[] | undefined> =>
  inWorlds(async () => (await fewer(system, { left, found: left }, fails, isOver))?.plan.map(printFault));

test('one fault that does what several do together takes their place', async () => {
  expect(await inWorlds(() => fails(given))).toBe(true);
  expect(await single(given)).toEqual([expect.stringMatching(/ comes again after /)]);
});

test('one is few; a kind that was not among them takes no part; who is out of time tries none', async () => {
  expect(await single({ ...given, plan: given.plan.slice(0, 1) })).toBeUndefined();
  expect(await single({ ...given, plan: beside.map(parseFault) })).toBeUndefined();
  expect(await single(given, () => true)).toBeUndefined();
});

test('a failure is explained with the fewest', async () => {
  const explained = await inWorlds(async () => {
    const verdict = await verdictOf(given);
    return explain(
      shape,
      'looks-then-inserts',
      system,
      { property, verdict, given, run: 1, strategy: 'storms' },
      never,
    );
  });
  expect('failure' in explained && explained.failure.faults).toHaveLength(1);
});
