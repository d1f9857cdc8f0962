/**
 * A slice of a campaign: one seed, one small workload, and the probe that lists its sites. Everything in it follows from
 * the campaign's seed and the slice's number.
 */
import fc from 'fast-check';
import type { SiteRecord } from '../../sim/faults/site.ts';
import { combine, hashText } from '../../sim/kernel/random.ts';
import { EddyError } from '../../sim/errors.ts';
import type { ScenarioShape } from '../scenario.ts';

export interface Slice {
  readonly n: number;
  readonly seed: number;
  readonly items: readonly unknown[];
  /** The sites of the probe. */
  sites: readonly SiteRecord[];
}

const DEFAULT_COUNT = [1, 6] as const;

/** Small workloads find most of what there is to find, and shrink to little; every fourth slice is as large as allowed. */
export function makeSlice(shape: ScenarioShape, seed: number, n: number): Slice {
  const [min, max] = shape.workload.count ?? DEFAULT_COUNT;
  const sliceSeed = combine(combine(seed >>> 0, hashText('slice')), n);
  return { n, seed: sliceSeed, items: drawItems(shape, sliceSeed, n % 2 === 0 ? max : min, max), sites: [] };
}

function drawItems(shape: ScenarioShape, seed: number, minLength: number, maxLength: number): readonly unknown[] {
  const { item, key } = shape.workload;
  try {
    const several = fc.uniqueArray(item, { minLength, maxLength, selector: key });
    return fc.sample(several, { seed: seed | 0, numRuns: 1 })[0] ?? [];
  } catch (error) {
    throw new EddyError(
      'EDDY_SCENARIO',
      `The workload of ${shape.name} cannot be drawn: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
