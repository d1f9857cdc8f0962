import { expect, test } from 'vitest';
import { inWorlds } from '../../sim/simulate.ts';
import type { Property } from '../property.ts';
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
    expect(verdicts[0]).toEqual({ verdict: 'unknown', why: 'the check threw no such field' });
    expect(verdicts.slice(1).map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass']);
  },
);
