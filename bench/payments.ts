/**
 * Whole runs of payments a second: 20 messages, calm and under a faulty plan, drained to quiet, all checks folded; and the
 * same with half an hour of virtual time in which an outage comes late. Run it by `npm run bench`.
 */
import type { Scenario } from '../index.ts';
import { drawItems } from '../properties/runner/draw.ts';
import { type Case, execute } from '../properties/runner/execute.ts';
import { type ScenarioShape, systemOf } from '../properties/scenario.ts';
import payments from '../scenarios/payments/payments.scenario.ts';
import { parseFault } from '../sim/faults/parse.ts';
import { realTimeMs } from '../sim/kernel/host.ts';
import { inWorlds } from '../sim/simulate.ts';

const shape = payments as Scenario<unknown> as ScenarioShape;
const system = systemOf(shape, 'correct');
const items = drawItems(shape.workload.item, shape.workload.key, 1, 20);
const keyOf = (n: number): string => shape.workload.key(items[n]);

const faulty = [
  `1st delivery of PaymentRequested#${keyOf(2)} to billing: crash between commit on db and its answer`,
  `1st arrival of PaymentRequested#${keyOf(5)} in payments: comes again after 20 ms`,
  `1st delivery of PaymentRequested#${keyOf(9)} to billing: ack is lost`,
  `every delivery of PaymentRequested#${keyOf(12)}: poison, not parseable`,
].map(parseFault);

const CASES: Readonly<Record<string, Omit<Case, 'seed'>>> = {
  calm: { items, plan: [] },
  faulty: { items, plan: faulty },
  'faulty, half an hour': { items, plan: [...faulty, parseFault('db is refusing from 1795 s to 1800 s')] },
};

const WARM_UP = 100;
const RUNS = 400;

/** Each case has seeds of its own: twins are made once for a seed. */
async function measure(name: string, given: Omit<Case, 'seed'>, firstSeed: number): Promise<void> {
  for (let n = 0; n < WARM_UP; n++) await execute(system, shape.properties, { ...given, seed: firstSeed - n - 1 });
  const startedMs = realTimeMs();
  let steps = 0;
  let entries = 0;
  for (let n = 0; n < RUNS; n++) {
    const { record } = await execute(system, shape.properties, { ...given, seed: firstSeed + n });
    steps += record.steps;
    entries += record.entries.length;
  }
  const seconds = (realTimeMs() - startedMs) / 1000;
  const each = `${Math.round(steps / RUNS)} steps and ${Math.round(entries / RUNS)} entries a run`;
  process.stdout.write(
    `${name.padEnd(22)} ${Math.round(RUNS / seconds)} runs a second, ${Math.round(steps / seconds / 1000)} steps a ms, ${each}\n`,
  );
}

await inWorlds(async () => {
  for (const [n, [name, given]] of Object.entries(CASES).entries()) await measure(name, given, (n + 1) * 10_000);
});
