import { describe, expect, test } from 'vitest';
import orderOutbox from '../../../../scenarios/order-outbox/order-outbox.scenario.ts';
import payments from '../../../../scenarios/payments/payments.scenario.ts';
import { inWorlds } from '../../../../sim/simulate.ts';
import type { ServiceShape } from '../../../../sim/services/service.ts';
import type { Scenario } from '../../../../index.ts';
import { type ScenarioShape, systemOf } from '../../../scenario.ts';
import { bank } from '../../bank.fixture.ts';
import { execute } from '../../execute.ts';
import { makeSlice } from '../../slice.ts';
import { catches } from '../catches.ts';
import { sabotaged } from './sabotage.ts';

const outbox = orderOutbox as Scenario<unknown> as ScenarioShape;

const digestOf = (shape: ScenarioShape): Promise<string> =>
  inWorlds(async () => {
    const { seed, items } = makeSlice(shape, 1, 0);
    return (await execute(systemOf(shape, 'correct'), [], { seed, items, plan: [] })).record.digest;
  });

describe('sabotage at the ports', () => {
  test('is made for each service where there is something to spoil', async () => {
    expect((await sabotaged(bank())).map(({ variant }) => variant)).toEqual([
      'acks-first of teller',
      'loses-acks of teller',
      'splits-transactions of teller',
      'swallows-commits of teller',
      'forgets of teller',
    ]);
    // It dedupes nowhere, so one statement is a transaction, and there is nothing to forget.
    expect((await sabotaged(bank({ remembers: false }))).map(({ variant }) => variant)).toEqual([
      'acks-first of teller',
      'loses-acks of teller',
      'swallows-commits of teller',
    ]);
    const ofRelay = (await sabotaged(outbox)).filter(({ variant }) => variant.endsWith(' of relay'));
    expect(ofRelay.map(({ variant }) => variant)).toContain('new-id-each-publish of relay');
  });

  test.each([
    ['acks-first', 'D1'],
    ['loses-acks', 'D5'],
    ['splits-transactions', 'D1'],
    ['swallows-commits', 'D1'],
    ['forgets', 'I1'],
  ])('%s breaks %s, and holds without faults', async (name, property) => {
    const made = (await sabotaged(bank())).find(({ variant }) => variant.startsWith(name));
    const shape = made?.shape ?? bank();
    const { found, violated } = await catches(shape, 'correct', { strategy: 'guided', seeds: 2, cap: 200 });
    expect(found.filter((runs) => runs === undefined)).toEqual([]);
    expect(Math.min(...found.map((runs) => runs ?? 0))).toBeGreaterThan(1);
    expect(violated).toContain(property);
  });

  test('a new id at each publish is another event to who receives it', async () => {
    const made = (await sabotaged(outbox)).find(({ variant }) => variant === 'new-id-each-publish of relay');
    const { violated } = await catches(made?.shape ?? outbox, 'correct', { strategy: 'guided', seeds: 1, cap: 100 });
    expect(violated).toContain('X4');
  });

  test('leaves the scenario as it is, and runs the same each time', async () => {
    const shape = payments as Scenario<unknown> as ScenarioShape;
    const before = await digestOf(shape);
    const made = await sabotaged(shape);
    expect(await digestOf(shape)).toBe(before);
    for (const { shape: wrong } of made) expect(await digestOf(wrong)).toBe(await digestOf(wrong));
  });

  test('spoils every version of the code that a deploy brings', async () => {
    const { shape } = (await sabotaged(bank()))[0] ?? { shape: bank() };
    const teller = shape.services['teller'];
    const right = bank().services['teller'] as ServiceShape;
    const deployed = teller?.with({ instances: 3 }).upgradedTo(right) as ServiceShape;
    expect([deployed.instances, deployed.name]).toEqual([3, 'teller']);
    expect([deployed.start, deployed.next?.start].includes(right.start)).toBe(false);
  });
});
