/**
 * A run of ten million entries without a history: `npm run bench:stream [-- --entries 10000000]`. Deposits go from a queue into an
 * account, and the checks see each entry as it comes. Prints, for every million, what the process holds after a collection,
 * and what an entry costs.
 */
import { parseArgs } from 'node:util';
import { bank } from '../properties/runner/bank.fixture.ts';
import { executeUnkept } from '../properties/runner/execute.ts';
import type { Property } from '../properties/property.ts';
import { systemOf } from '../properties/scenario.ts';
import { inWorlds } from '../sim/simulate.ts';
import { collect } from './collect.ts';

const { values } = parseArgs({ options: { entries: { type: 'string', default: '10000000' } } });

/** Entries that a deposit leaves. */
const PER_ITEM = 7;
const MILLION = 1_000_000;

let before = process.cpuUsage();

function tell(seen: number): void {
  const { user, system } = process.cpuUsage(before);
  collect();
  const heldMb = Math.round(process.memoryUsage().heapUsed / 1e6);
  const us = ((user + system) / MILLION).toFixed(1);
  process.stdout.write(`${seen / MILLION} million entries: ${heldMb} MB, ${us} us an entry\n`);
  before = process.cpuUsage();
}

/** Counts as a check does: it sees each entry once. */
const counting: Property = {
  id: 'counting',
  name: 'counting',
  kind: 'safety',
  start() {
    let seen = 0;
    return {
      see: () => void (++seen % MILLION === 0 && tell(seen)),
      end: () => ({ verdict: 'pass', exercised: seen }),
    };
  },
};

const shape = bank();
const properties = [counting, ...shape.properties];
const items = Array.from({ length: Math.ceil(Number(values.entries) / PER_ITEM) }, (_, n) => ({
  id: `d${n}`,
  amount: 1 + (n % 100),
}));
const { record, verdicts } = await inWorlds(() =>
  executeUnkept(systemOf(shape, 'correct'), properties, { seed: 1, items, plan: [] }),
);
for (const [n, verdict] of verdicts.entries()) {
  const count = verdict.verdict === 'pass' ? `, ${verdict.exercised} times` : '';
  process.stdout.write(`${properties[n]?.name.padEnd(24)} ${verdict.verdict}${count}\n`);
}
process.stdout.write(
  `${record.outcome} ${record.why.join()} after ${Math.round(record.timeUs / 1e6)} s of virtual time\n`,
);
