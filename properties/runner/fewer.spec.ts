import { expect, test } from 'vitest';
import welcome from '../../examples/welcome.scenario.ts';
import { parseFault } from '../../sim/faults/parse.ts';
import { inWorlds } from '../../sim/simulate.ts';
import { printFault } from '../../sim/faults/print.ts';
import type { Scenario } from '../../index.ts';
import type { Property, Verdict } from '../property.ts';
import { type ScenarioShape, systemOf } from '../scenario.ts';
import { type Case, execute } from './execute.ts';
import { explain } from './failure.ts';
import { fewer } from './fewer.ts';

const shape = welcome as Scenario<unknown> as ScenarioShape;
const system = systemOf(shape, 'looks-first');
const once = shape.properties.filter(({ id }) => id === 'I1');

/** Each of them is needed: only so are both instances made to look at the same time. */
const SIX = [
  '1st send of ann29@example.com: disconnect from mq between publish of SignedUp to mq and its answer',
  '2nd arrival of SignedUp#ann29@example.com in signups: comes again after 0 s',
  '3rd delivery of SignedUp#ann29@example.com to greeter: disconnect from mq between get from db.seen and its answer',
  '3rd delivery of SignedUp#ann29@example.com to greeter: crash after nack',
  '4th delivery of SignedUp#ann29@example.com to greeter: crash on receipt',
  '1st arrival of SignedUp#ann70@example.com in signups: comes again after 20 ms',
];
const given: Case = {
  seed: 948443307,
  items: ['ann29@example.com', 'ann70@example.com'].map((email) => ({ email })),
  plan: SIX.map(parseFault),
};
const fails = async (tried: Case): Promise<boolean> =>
  (await execute(system, once, tried)).verdicts[0]?.verdict === 'fail';

const never = (): boolean => false;
const single = (left: Case): Promise<string[] | undefined> =>
  inWorlds(async () => (await fewer(system, { left, found: left }, fails, never))?.plan.map(printFault));

test('one fault that does what several do together takes their place', async () => {
  expect(await inWorlds(() => fails(given))).toBe(true);
  expect(await single(given)).toEqual([expect.stringMatching(/^1st arrival of .* comes again after 0 s$/)]);
});

test('two are few; a kind that was not among them takes no part; who is out of time tries none', async () => {
  expect(await single({ ...given, plan: given.plan.slice(0, 2) })).toBeUndefined();
  expect(await single({ ...given, plan: given.plan.filter(({ kind }) => kind === 'crash') })).toBeUndefined();
  const late = inWorlds(() => fewer(system, { left: given, found: given }, fails, () => true));
  expect(await late).toBeUndefined();
});

test('a failure is explained with it', async () => {
  const [property] = once as [Property];
  const explained = await inWorlds(async () => {
    const [verdict] = (await execute(system, once, given)).verdicts as [Verdict];
    return explain(shape, 'looks-first', system, { property, verdict, given, run: 1, strategy: 'storms' }, never);
  });
  expect('failure' in explained && explained.failure.faults).toHaveLength(1);
});
