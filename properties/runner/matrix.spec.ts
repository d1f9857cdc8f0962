import { describe, expect, test } from 'vitest';
import { builtIn } from '../../scenarios/built-in.fixture.ts';
import { bank } from './bank.fixture.ts';
import { matrix } from './matrix.ts';
import type { MatrixResult, ScenarioResult } from './result.ts';

const asked = { seed: 1, items: 2, runs: 100_000, pairs: 0 };
const of = ({ matrix }: ScenarioResult): MatrixResult => {
  if (!matrix) throw new Error('a matrix has its counts');
  return matrix;
};

/** Each cell is in one count, and the table sums to the same. */
function adds({ cells, tried, notReached, notRun, failed, missed, table }: MatrixResult): void {
  const sum = (key: 'cells' | 'tried' | 'failed'): number => table.reduce((total, cell) => total + cell[key], 0);
  expect(tried + notReached + notRun).toBe(cells);
  expect(missed).toHaveLength(notReached);
  expect([sum('cells'), sum('tried'), sum('failed')]).toEqual([cells, tried, failed]);
}

/** Two items let messages meet; of the others one is enough to find what a cell cannot reach. */
const WITH_TWO = new Set(['payments', 'order-stream']);
/** Whole, the matrices of these take minutes: `eddy matrix` makes them. */
const LARGE = new Set(['order-saga', 'order-choreography']);

function askedOf({ name }: (typeof builtIn)[number]): Parameters<typeof matrix>[2] {
  if (LARGE.has(name)) return { ...asked, items: 1, kinds: ['duplicate', 'ack-lost'] };
  return WITH_TWO.has(name) ? asked : { ...asked, items: 1 };
}

describe.each(builtIn)('$name', (shape) => {
  test('holds in every cell; at least 95 % of the cells are tried, the others have their cause', async () => {
    const result = await matrix(shape, 'correct', askedOf(shape));
    const counts = of(result);
    expect([result.verdict, counts.failed, counts.notRun]).toEqual(['pass', 0, 0]);
    expect(counts.tried / counts.cells).toBeGreaterThanOrEqual(0.95);
    adds(counts);
  }, 180_000);
});

test('a wrong system fails in the cells that break it, and in no other; the first failure is explained', async () => {
  const result = await matrix(bank({ remembers: false }), 'correct', {
    ...asked,
    kinds: ['duplicate', 'crash', 'poison'],
  });
  const counts = of(result);
  adds(counts);
  const failing = counts.table.filter(({ failed }) => failed > 0);
  expect(failing.map(({ row, kind }) => `${row} ${kind}`)).toContain('Deposit comes to deposits duplicate');
  expect(failing.map(({ kind }) => kind)).not.toContain('poison');
  expect(failing.every(({ failed, failing: plans }) => plans.length === failed)).toBe(true);
  expect([result.verdict, result.failures.map(({ property }) => property)]).toEqual(['fail', ['I1']]);
});

test('a wrong variant is taken as it is: there is nothing that it is to be caught by', async () => {
  const payments = builtIn.find(({ name }) => name === 'payments') as (typeof builtIn)[number];
  const result = await matrix(payments, 'acks-first', { ...asked, items: 1, kinds: ['slow'] });
  expect([result.variant, result.verdict, result.expected, result.caught]).toEqual([
    'acks-first',
    'pass',
    'pass',
    undefined,
  ]);
});

test('redeliveries are tried too, beside the fault that brought them', async () => {
  const { table } = of(await matrix(bank(), 'correct', { ...asked, items: 1, kinds: ['crash'] }));
  expect(table.map(({ row }) => row)).toContain('teller, redelivery of Deposit');
});

test('a fault that another one beside it forestalls is not reached, and says so', async () => {
  const payments = builtIn.find(({ name }) => name === 'payments') as (typeof builtIn)[number];
  const counts = of(await matrix(payments, 'correct', { ...asked, kinds: ['disconnect', 'confirm-lost'] }));
  expect(counts.notReached).toBeGreaterThan(0);
  expect(counts.missed.map(({ cause }) => cause)).toContain('the fault beside it spoiled the operation first');
  adds(counts);
});

test('a limit of runs leaves cells that are counted as not run, and then nothing has been shown', async () => {
  const result = await matrix(bank(), 'correct', { ...asked, runs: 20 });
  const counts = of(result);
  expect([result.runs, result.verdict, counts.tried + counts.notReached]).toEqual([20, 'unknown', 19]);
  adds(counts);
});

test('pairs are sampled: one seed draws the same pairs, more of them begin with the fewer', async () => {
  const few = { ...asked, items: 1, kinds: ['duplicate', 'delay'] as const };
  const some = await matrix(bank(), 'correct', { ...few, pairs: 10 });
  const more = await matrix(bank(), 'correct', { ...few, pairs: 30 });
  expect([of(some).pairs.tried, of(more).pairs.tried]).toEqual([10, 30]);
  expect(of(some).pairs.possible).toBe(of(more).pairs.possible);
  expect(some.digest).toBe((await matrix(bank(), 'correct', { ...few, pairs: 10 })).digest);
});

test('Ctrl-C ends it after the run at hand', async () => {
  const interruption = new AbortController();
  const onProgress = (done: number): void => {
    if (done === 5) interruption.abort();
  };
  const result = await matrix(bank(), 'correct', { ...asked, signal: interruption.signal, onProgress });
  expect([result.runs, result.verdict]).toEqual([5, 'unknown']);
});

test('without a number the workload is the largest that the scenario allows', async () => {
  const itemsOf = async (items?: number): Promise<number> => {
    const { cells } = of(
      await matrix(bank(), 'correct', {
        seed: 1,
        runs: 100_000,
        pairs: 0,
        kinds: ['duplicate'],
        ...(items ? { items } : {}),
      }),
    );
    return cells;
  };
  expect(await itemsOf()).toBe(await itemsOf(100));
  expect(await itemsOf()).toBeGreaterThan(await itemsOf(2));
});
