/** What an entry costs all checks of payments together, in a history of a million against one of ten thousand. */
import type { Scenario } from '../../index.ts';
import { isIn } from '../../properties/answered.ts';
import { Folds } from '../../properties/runner/folds.ts';
import type { ScenarioShape } from '../../properties/scenario.ts';
import { systemOf } from '../../properties/scenario.ts';
import payments from '../../scenarios/payments/payments.scenario.ts';
import type { Entry } from '../../sim/history/history.ts';
import { inWorlds, simulate } from '../../sim/simulate.ts';
import { cpuUsOf, type Row } from './row.ts';

const shape = payments as Scenario<unknown> as ScenarioShape;
const UNBOUND = { steps: Infinity, entries: Infinity, virtualUs: Infinity };
const FEW = 10_000;
const MANY = 1_000_000;
/** Entries that a payment leaves. */
const PER_ITEM = 11;

async function historyOf(entries: number): Promise<readonly Entry[]> {
  const items = Array.from({ length: entries / PER_ITEM }, (_, n) => ({
    transactionId: `p${n}`,
    customer: `customer-${n % 97}`,
    note: 'invoice',
    cents: 1 + (n % 500),
  }));
  const record = await inWorlds(() =>
    simulate(systemOf(shape, 'correct'), items, { seed: 1, plan: [], bounds: UNBOUND }),
  );
  return record.entries;
}

async function perEntryUs(entries: readonly Entry[], times: number): Promise<number> {
  const us = await cpuUsOf(() => {
    for (let n = 0; n < times; n++) {
      const folds = new Folds(shape.properties);
      for (const entry of entries) folds.see(entry);
      folds.end(isIn(entries));
    }
  });
  return us / (entries.length * times);
}

let few: readonly Entry[] | undefined;
let many: readonly Entry[] | undefined;

export const checks: readonly Row[] = [
  {
    name: 'checks, an entry of a million against one of ten thousand',
    unit: 'x',
    bar: 2,
    holds: 'at most',
    rounds: 3,
    async measure() {
      few ??= await historyOf(FEW);
      many ??= await historyOf(MANY);
      const small = await perEntryUs(few, 20);
      return (await perEntryUs(many, 1)) / small;
    },
  },
];
