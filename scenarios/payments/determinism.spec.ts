/** Runs are pure functions of their inputs, and what is added elsewhere shifts no fault and no draw. */
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { service, tables } from '../../index.ts';
import { kindsOf, type ScenarioShape, systemOf } from '../../properties/scenario.ts';
import type { FaultData } from '../../sim/faults/fault.ts';
import { fittingArrival, fittingDelivery, fittingOperation } from '../../sim/faults/fitting.ts';
import { parseFault } from '../../sim/faults/parse.ts';
import { printFault } from '../../sim/faults/print.ts';
import type { SiteRecord } from '../../sim/faults/site.ts';
import type { Entry, Happened } from '../../sim/history/history.ts';
import type { ServiceShape } from '../../sim/services/service.ts';
import { inWorlds, type RunRecord, simulate, type System } from '../../sim/simulate.ts';
import payments from './payments.scenario.ts';
import type { Payment } from './system.ts';

const shape = payments as unknown as ScenarioShape;
const system = systemOf(shape, 'correct');
const kinds = new Set<string>(kindsOf(shape));

const paymentOf = (n: number): Payment => ({
  transactionId: `p${n}`,
  customer: ['Ann', 'Zoë'][n % 2] as string,
  note: 'invoice',
  cents: n === 3 ? -1 : n * 100,
});
const items = [1, 2, 3, 4].map(paymentOf);

const fitting = (site: SiteRecord): FaultData[] =>
  site.what === 'operation'
    ? fittingOperation(site, kinds)
    : site.what === 'arrival'
      ? fittingArrival(site, kinds)
      : site.what === 'delivery'
        ? fittingDelivery(site, kinds)
        : [];

let faults: readonly FaultData[] = [];

beforeAll(async () => {
  const probe = await inWorlds(() => simulate(system, items, { seed: 1, plan: [], recordSites: true }));
  faults = probe.sites.flatMap(fitting);
});

const window = fc
  .record({
    of: fc.constantFrom('mq', 'db', 'card'),
    how: fc.constantFrom('refusing', 'silent'),
    fromMs: fc.nat(200),
    forS: fc.integer({ min: 1, max: 60 }),
  })
  .map(({ of, how, fromMs, forS }) => parseFault(`${of} is ${how} from ${fromMs} ms to ${forS} s`));

/** Faults that fit the probe's sites, through their sentences, and a window now and then. */
const plan = fc
  .tuple(fc.array(fc.nat(1_000_000), { maxLength: 5 }), fc.array(window, { maxLength: 1 }))
  .map(([picks, windows]) => [
    ...picks.map((pick) => parseFault(printFault(faults[pick % faults.length] as FaultData))),
    ...windows,
  ]);

const runOf = (of: System, given: readonly Payment[], seed: number, faulty: readonly FaultData[]): Promise<RunRecord> =>
  simulate(of, given, { seed, plan: faulty });

test('two runs of the same input are the same', async () => {
  await inWorlds(() =>
    fc.assert(
      fc.asyncProperty(fc.nat(), plan, async (seed, faulty) => {
        const first = await runOf(system, items, seed, faulty);
        const again = await runOf(system, items, seed, faulty);
        expect(again.digest).toBe(first.digest);
        expect([again.outcome, again.steps, again.timeUs]).toEqual([first.outcome, first.steps, first.timeUs]);
        expect(first.entries.every(({ n }, at) => n === at)).toBe(true);
      }),
      { numRuns: 40 },
    ),
  );
});

test('the correct service ends quiet whatever the plan', async () => {
  await inWorlds(() =>
    fc.assert(
      fc.asyncProperty(fc.nat(), plan, async (seed, faulty) => {
        const { outcome, why } = await runOf(system, items, seed, faulty);
        expect([outcome, ...why]).toEqual(['quiet']);
      }),
      { numRuns: 40 },
    ),
  );
});

/** A service that draws, sleeps and reads, and touches nothing that payments use. */
const noise = service(
  'noise',
  { scratch: tables<{ draws: { n: number; drawn: number } }>('scratch', { draws: { key: 'n' } }) },
  ({ scratch }) => {
    for (let n = 0; n < 50; n++) {
      setTimeout(() => void scratch.transaction((tx) => tx.put('draws', { n, drawn: Math.random() })), n * 3);
    }
  },
) as ServiceShape;

/** What happened to the first payment, whenever and at whichever instance: two of them may be at it at once. */
function fateOf(record: RunRecord): string[] {
  const of = ({ data }: Entry): boolean => {
    const happened = data as Partial<Happened> | undefined;
    const value = happened?.value as { transactionId?: string } | undefined;
    return (
      String(happened?.about?.['lineage']).startsWith('PaymentRequested#p1/') ||
      happened?.about?.['lineage'] === 'PaymentRequested#p1' ||
      value?.transactionId === 'p1'
    );
  };
  return record.entries
    .filter(of)
    .map(({ kind, data }) => `${kind} ${(data as Happened).channels.join()}`)
    .toSorted();
}

const withoutNoise = (record: RunRecord): readonly unknown[] =>
  record.entries
    .filter(({ process, kind }) => !process.startsWith('noise/') && kind !== 'ended')
    .map(({ timeUs, process, kind, data }) => ({ timeUs, process, kind, data }));

test('fifty draws in another service change nothing at all', async () => {
  await inWorlds(() =>
    fc.assert(
      fc.asyncProperty(fc.nat(), plan, async (seed, faulty) => {
        const alone = await runOf(system, items, seed, faulty);
        const noisy = await runOf({ ...system, services: [...system.services, noise] }, items, seed, faulty);
        expect(withoutNoise(noisy)).toEqual(withoutNoise(alone));
      }),
      { numRuns: 30 },
    ),
  );
});

test('twenty other messages leave the fate of the faulted one as it was', async () => {
  const first = paymentOf(1);
  const others = Array.from({ length: 20 }, (_, n) => ({ ...paymentOf(n + 100), customer: 'Bob' }));
  await inWorlds(() =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(1_000_000), async (seed, pick) => {
        const about = faults.filter(
          (fault) => /PaymentRequested#p1[ :/]|send of p1:/.test(printFault(fault)) && fault.kind !== 'hold',
        );
        const faulty = [about[pick % about.length] as FaultData];
        const alone = await runOf(system, [first], seed, faulty);
        const amid = await runOf(system, [first, ...others], seed, faulty);
        expect(fateOf(amid)).toEqual(fateOf(alone));
        expect(amid.faults.map(({ tookEffect }) => tookEffect)).toEqual(
          alone.faults.map(({ tookEffect }) => tookEffect),
        );
      }),
      { numRuns: 60 },
    ),
  );
});
