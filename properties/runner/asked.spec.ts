import { expect, test } from 'vitest';
import fc from 'fast-check';
import { assertHolds, check, run } from '../../index.ts';
import type { Scenario } from '../scenario.ts';
import { bank } from './bank.fixture.ts';

const shape = bank();
const asked = shape as Scenario<unknown>;
const of = (part: object): Scenario<unknown> => ({ ...shape, workload: { ...shape.workload, ...part } }) as never;
const input = { seed: 1, workload: [{ id: 'd1', amount: 5 }] };
const cannot = (): never => {
  throw null;
};

test.each([
  [
    'a seed that is no whole number',
    () => run(asked, { ...input, seed: 1.5 }),
    '`seed` must be a whole number, not 1.5',
  ],
  ['no workload', () => run(asked, { seed: 1 } as never), '`workload` must be a list of items, not undefined'],
  ['one item', () => run(asked, { workload: 'd1' } as never), '`workload` must be a list of items, not "d1"'],
  ['one fault', () => run(asked, { ...input, faults: 'crash' } as never), '`faults` must be a list'],
  [
    'a fault that is none',
    () => run(asked, { ...input, faults: [{ sentence: 5 }] } as never),
    '`faults` must be a list',
  ],
  ['an item without a key', () => run(asked, { workload: [null] }), 'key function threw on an item: TypeError'],
  ['a key that is no text', () => run(of({ key: () => 5 }), input), 'key function answered 5 for an item'],
  ['a variant that every object has', () => run(asked, { ...input, variant: '__proto__' }), 'no variant "__proto__"'],
  [
    'a history that is kept at times',
    () => run(asked, { ...input, keepHistory: 'no' } as never),
    '`keepHistory` must be true or false',
  ],
  ['an option that is none', () => assertHolds(asked, { run: 5 } as never), 'assertHolds knows no `run`; the nearest'],
  ['an input that is none', () => run(asked, { ...input, fault: [] } as never), 'is `faults`'],
  ['no runs', () => assertHolds(asked, { runs: 0 }), 'assertHolds: `runs` must be a whole number from 1, not 0'],
  [
    'a module',
    () => check({ default: asked } as never),
    'no scenario: make it with scenario({ ... }), or take the `default`',
  ],
  ['no runs', () => check(asked, { runs: 0 }), '`runs` must be a whole number from 1, not 0'],
  ['half a run', () => check(asked, { runs: Number.NaN }), '`runs` must be a whole number from 1, not NaN'],
  ['no time', () => check(asked, { timeMs: -1 }), '`timeMs` must be'],
  ['a folder that is none', () => check(asked, { saved: 5 } as never), '`saved` must be the path'],
  ['a key that throws', () => check(of({ key: cannot }), { runs: 1 }), 'key function threw on an item: null'],
  [
    'a draw that throws',
    () => check(of({ item: fc.nat().map(cannot) }), { runs: 1 }),
    'arbitrary threw when it drew an item: null',
  ],
])('%s is refused with a sentence', async (_, work, sentence) => {
  const thrown: unknown = await work().catch((error: unknown) => error);
  expect(thrown).toMatchObject({ name: 'EddyError', message: expect.stringContaining(sentence) });
});
