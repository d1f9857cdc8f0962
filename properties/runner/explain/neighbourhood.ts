/** The neighbourhood of a failure: the same plan and workload under other seeds, so other latencies. */
import { combine } from '../../../sim/kernel/random.ts';
import type { System } from '../../../sim/simulate.ts';
import type { Property } from '../../property.ts';
import { type Case, execute } from '../execute.ts';
import type { Neighbourhood } from '../result.ts';

export const NEARBY_RUNS = 50;

/** The n-th neighbour; numbers begin at 1. */
export function neighbour(given: Case, n: number): Case {
  return { ...given, seed: combine(given.seed >>> 0, n) };
}

/** How many of the neighbours fail: whether the failure, or its absence, hangs by a thread. */
export async function neighbourhood(
  system: System,
  property: Property,
  given: Case,
  runs = NEARBY_RUNS,
): Promise<Neighbourhood> {
  let failed = 0;
  for (let n = 1; n <= runs; n++) {
    const { verdicts } = await execute(system, [property], neighbour(given, n));
    if (verdicts[0]?.verdict === 'fail') failed++;
  }
  return { runs, failed };
}
