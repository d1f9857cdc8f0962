/**
 * A million records through one topic and a group of three, in a whole run: produced through the port, handed out one at a
 * time for each partition, committed every 500. Figures at each quarter: time and memory for a record must not grow. The
 * history keeps every entry of a run (three a record here), so most of the memory is its: `entries` says how many there are.
 * Run it by `npm run bench:consumers`.
 */
import { firstValueFrom, timer } from 'rxjs';
import { logBroker, virtualTime } from '../index.ts';
import { service, type ServiceShape } from '../sim/services/service.ts';
import { inWorlds, simulate, type System } from '../sim/simulate.ts';
import { collect } from './collect.ts';

const RECORDS = Number(process.argv[2] ?? 1_000_000);
const PARTS = 4;
/** Records that an item of the workload produces at once. */
const AT_ONCE = 1_000;
const COMMITS_EVERY = 500n;

const log = logBroker('log', { topics: { work: { partitions: 6 } } });
const uses = { log };

/** What the machine does besides is not counted. */
function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

let handled = 0;
let startedUs = cpuUs();
collect();
const emptyBytes = process.memoryUsage().heapUsed;

function report(): void {
  const us = (cpuUs() - startedUs) / (RECORDS / PARTS);
  collect();
  const bytes = (process.memoryUsage().heapUsed - emptyBytes) / handled;
  process.stdout.write(
    `${String(handled).padStart(9)} records, ${us.toFixed(1)} us of CPU each for the last ${RECORDS / PARTS}, ${Math.round(bytes)} bytes of heap each\n`,
  );
  startedUs = cpuUs();
}

const worker = service('worker', uses, ({ log }) => {
  log.consume(['work'], { group: 'workers', from: 'earliest' }).subscribe(async ({ message, offset, commit }) => {
    void message.id;
    if (++handled % (RECORDS / PARTS) === 0) report();
    if (offset % COMMITS_EVERY === COMMITS_EVERY - 1n) await commit();
  });
}).with({ instances: 3 });

const system: System = {
  services: [worker as ServiceShape],
  workload: {
    uses,
    key: (item: number) => String(item),
    send: (async (item: number, ports: { log: NonNullable<(typeof log)['~port']> }) => {
      // The group stands before the first record comes: what is produced is handled at once.
      if (item === 0) await firstValueFrom(timer(10_000, virtualTime));
      const all = Array.from({ length: AT_ONCE }, (_, n) =>
        ports.log.produce('work', { id: `${item}.${n}`, type: 'Work', key: `${n}`, body: { item, n } }),
      );
      await Promise.all(all);
    }) as System['workload']['send'],
  },
};

const items = Array.from({ length: RECORDS / AT_ONCE }, (_, n) => n);
const bounds = { steps: Infinity, entries: Infinity, virtualUs: Infinity };
const record = await inWorlds(() => simulate(system, items, { seed: 1, plan: [], bounds }));
process.stdout.write(
  `${record.outcome}: ${handled} handled, ${record.steps} steps, ${record.entries.length} entries\n`,
);
