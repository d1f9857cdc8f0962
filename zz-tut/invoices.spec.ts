import { chaos } from 'eddy/vitest';
import invoices from './invoices.scenario.js';

chaos(invoices, { runs: 200 });

chaos.pinned('two instances billed one order twice', invoices, {
  workload: [{ id: 'o1', cents: 100 }],
  faults: ['1st arrival of OrderPlaced#o1 in orders: comes again after 0 s'],
});
