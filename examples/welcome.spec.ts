/** A test for each property, one that sees the wrong variant caught, and one for an incident. */
import { chaos } from 'eddy/vitest';
import welcome from './welcome.scenario.ts';

// To see one fail: chaos(welcome, { runs: 200, variant: 'looks-first' })
chaos(welcome, { runs: 200 });

chaos.pinned('INC-12: two at once welcomed ann1 twice', welcome, {
  workload: [{ email: 'ann1@example.com' }],
  faults: ['1st arrival of SignedUp#ann1@example.com in signups: comes again after 0 s'],
});
