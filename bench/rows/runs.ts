/** Whole runs of payments: 20 messages, a plan of four faults, drained to quiet, all checks folded; and with half an hour more of virtual time. */
import type { Scenario } from '../../index.ts';
import { drawItems } from '../../properties/runner/draw.ts';
import { type Case, execute } from '../../properties/runner/execute.ts';
import { type ScenarioShape, systemOf } from '../../properties/scenario.ts';
import payments from '../../scenarios/payments/payments.scenario.ts';
import { parseFault } from '../../sim/faults/parse.ts';
import { inWorlds } from '../../sim/simulate.ts';
import { cpuUsOf, type Row } from './row.ts';

const shape = payments as Scenario<unknown> as ScenarioShape;
const system = systemOf(shape, 'correct');
const items = drawItems(shape.workload.item, shape.workload.key, 1, 20);
const keyOf = (n: number): string => shape.workload.key(items[n]);

const plan = [
  `1st delivery of PaymentRequested#${keyOf(2)} to billing: crash between commit on db and its answer`,
  `1st arrival of PaymentRequested#${keyOf(5)} in payments: comes again after 20 ms`,
  `1st delivery of PaymentRequested#${keyOf(9)} to billing: ack is lost`,
  `every delivery of PaymentRequested#${keyOf(12)}: poison, not parseable`,
].map(parseFault);

/** The outage comes when half an hour is over: until then polls and heartbeats go on. */
const LATE = parseFault('db is refusing from 1795 s to 1800 s');
const RUNS = 200;

/** Twins are made once for a seed, so each round has seeds of its own. */
let seed = 1;

function runsUs(given: Omit<Case, 'seed'>): Promise<number> {
  return inWorlds(async () => {
    const us = await cpuUsOf(async () => {
      for (let n = 0; n < RUNS; n++) await execute(system, shape.properties, { ...given, seed: seed++ });
    });
    return us / RUNS;
  });
}

export const runs: readonly Row[] = [
  {
    name: 'runs of payments, 20 messages, 4 faults, all checks',
    unit: 'runs/s',
    bar: 1_000,
    holds: 'at least',
    measure: async () => 1_000_000 / (await runsUs({ items, plan })),
  },
  {
    name: 'the same over half an hour of virtual time against without',
    unit: 'x',
    bar: 2,
    holds: 'at most',
    measure: async () => (await runsUs({ items, plan: [...plan, LATE] })) / (await runsUs({ items, plan })),
  },
];
