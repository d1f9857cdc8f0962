import { expect, test } from 'vitest';
import { parseFault } from '../../sim/faults/parse.ts';
import { printFault } from '../../sim/faults/print.ts';
import { inWorlds } from '../../sim/simulate.ts';
import { systemOf } from '../scenario.ts';
import { bank, type Deposit } from './bank.fixture.ts';
import { drawItems } from './draw.ts';
import { type Case, execute } from './execute.ts';
import { fingerprint } from './fingerprint.ts';
import { shrink } from './shrink.ts';

const wrong = bank({ remembers: false });
const [once] = wrong.properties;

async function fails(given: Case): Promise<boolean> {
  const { verdicts } = await execute(systemOf(wrong, 'correct'), once ? [once] : [], given);
  return verdicts[0] !== undefined && once !== undefined && fingerprint(once, verdicts[0]) !== undefined;
}

const items = drawItems(wrong.workload.item, wrong.workload.key, 5, 16) as Deposit[];
const id = (n: number): string => items[n]?.id ?? '';
const plan = [
  `1st delivery of Deposit#${id(0)} to teller: commit on db takes 3 s longer`,
  `1st delivery of Deposit#${id(1)} to teller: insert into db.deposits fails`,
  `1st delivery of Deposit#${id(2)} to teller: pause of 90 s before ack`,
  '1st send of d3: publish of Deposit to mq takes 3 s longer',
  'db is refusing from 10 ms to 20 ms',
  `1st delivery of Deposit#${id(9)} to teller: host loss after commit on db`,
  `1st delivery of Deposit#${id(5)} to teller: disconnect from mq before ack`,
  `2nd delivery of Deposit#${id(6)} to teller: ack is lost`,
  `1st arrival of Deposit#${id(7)} in deposits: comes 3 s late`,
].map(parseFault);

test('nine faults and sixteen items shrink to one of each, and nothing more can go', async () => {
  await inWorlds(async () => {
    const { minimal, cutShort } = await shrink(wrong, { seed: 4, items, plan }, fails);
    expect(cutShort).toBe(false);
    expect(minimal.items).toHaveLength(1);
    expect(minimal.plan).toHaveLength(1);
    expect(await fails(minimal)).toBe(true);
    expect(await fails({ ...minimal, plan: [] })).toBe(false);
    expect(await fails({ ...minimal, items: [] })).toBe(false);
    expect((minimal.items[0] as Deposit).amount).toBe(1);
  });
});

test('two faults that are needed together stay', async () => {
  // A failure by decree: it needs both, whatever else there is.
  const needs = ['1st send of d3: publish of Deposit to mq takes 3 s longer', 'db is refusing from 10 ms to 20 ms'];
  const both = async (given: Case): Promise<boolean> =>
    needs.every((text) => given.plan.map(printFault).includes(text));
  const { minimal } = await shrink(wrong, { seed: 4, items, plan }, both);
  expect(minimal.plan.map(printFault)).toEqual(needs);
  expect(minimal.items).toEqual([]);
});

test('a fault that another one made possible does without it where it can strike sooner', async () => {
  const acked = (nth: string): string => `${nth} delivery of Deposit#${id(6)} to teller: ack is lost`;
  const broken = `1st delivery of Deposit#${id(6)} to teller: disconnect from mq before ack`;
  const decree = async (given: Case): Promise<boolean> => {
    const told = given.plan.map((fault) => printFault(fault));
    return told.includes(acked('1st')) || (told.includes(acked('2nd')) && told.includes(broken));
  };
  const found = [acked('2nd'), broken].map((sentence) => parseFault(sentence));
  const { minimal } = await shrink(wrong, { seed: 4, items, plan: found }, decree);
  expect(minimal.plan.map((fault) => printFault(fault))).toEqual([acked('1st')]);
});

test('what can go once an item is simpler goes, however many tries the other items took', async () => {
  const many = drawItems(wrong.workload.item, wrong.workload.key, 5, 120) as Deposit[];
  const rest = many.slice(1);
  const decree = async (given: Case): Promise<boolean> =>
    given.items.length === many.length &&
    rest.every((item, n) => item === given.items[n + 1]) &&
    (given.plan.length > 0 || (given.items[0] as Deposit).amount < (many[0]?.amount ?? 0));
  const { minimal, cutShort } = await shrink(wrong, { seed: 4, items: many, plan: plan.slice(0, 1) }, decree);
  expect(minimal.plan).toEqual([]);
  expect(cutShort).toBe(true);
});

test('when time is over it ends at once with what it has, and says so', async () => {
  let tries = 0;
  const always = (): Promise<boolean> => Promise.resolve(++tries > 0);
  const { minimal, cutShort } = await shrink(wrong, { seed: 4, items, plan }, always, () => tries >= 1);
  expect([tries, cutShort]).toEqual([1, true]);
  expect(minimal.plan.length + minimal.items.length).toBeLessThan(plan.length + items.length);
});
