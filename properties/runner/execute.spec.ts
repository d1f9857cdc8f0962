import { expect, test } from 'vitest';
import { type Component, makeable } from '../../sim/component.ts';
import { inWorlds } from '../../sim/simulate.ts';
import type { Property, Verdict } from '../property.ts';
import { systemOf } from '../scenario.ts';
import { bank } from './bank.fixture.ts';
import { execute } from './execute.ts';

test.each(['start', 'see', 'end'] as const)(
  'a check that throws in %s says unknown, and the others go on',
  async (where) => {
    const fails = (at: string): void => {
      if (at === where) throw new TypeError('no such field');
    };
    const broken: Property = {
      id: 'mine',
      name: 'mine',
      kind: 'safety',
      start() {
        fails('start');
        return {
          see: () => fails('see'),
          end() {
            fails('end');
            return { verdict: 'pass', exercised: 1 };
          },
        };
      },
    };
    const shape = bank();
    const items = [{ id: 'd1', amount: 5 }];
    const { verdicts } = await inWorlds(() =>
      execute(systemOf(shape, 'correct'), [broken, ...shape.properties], { seed: 1, items, plan: [] }),
    );
    expect(verdicts[0]).toEqual({
      verdict: 'unknown',
      why: expect.stringMatching(/^the check threw no such field \(execute\.spec\.ts:\d+\)$/) as string,
    });
    expect(verdicts.slice(1).map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass']);
  },
);

test.each([
  ['passes', ['unknown', 'fail']],
  ['all', ['unknown', 'unknown']],
] as const)('what a run cannot show makes %s unknown, with the reason', async (of, expected) => {
  const why = 'nothing can come in between';
  const verdict = (id: string, end: Verdict): Property => ({
    id,
    name: id,
    kind: 'safety',
    start: () => ({ see: () => {}, end: () => end }),
  });
  const properties = [
    verdict('right', { verdict: 'pass', exercised: 1 }),
    verdict('wrong', { verdict: 'fail', says: 'wrong', evidence: [] }),
  ];
  const doubtful = makeable<Component<object>, object>({ name: 'doubtful' }, (simulation) => {
    simulation.doubt(why, of);
    return { name: 'doubtful', availability: 'up', port: () => ({}) };
  });
  const system = systemOf(bank(), 'correct');
  const uses = { ...system.workload.uses, doubtful };
  const given = { seed: 1, items: [{ id: 'd1', amount: 5 }], plan: [] };
  const { verdicts } = await inWorlds(() =>
    execute({ ...system, workload: { ...system.workload, uses } }, properties, given),
  );
  expect(verdicts.map((each) => each.verdict)).toEqual(expected);
  expect(verdicts[0]).toEqual({ verdict: 'unknown', why });
});
