/**
 * A slice of a campaign: one seed, one small workload, and the probe that lists its sites. Everything in it follows from
 * the campaign's seed and the slice's number.
 */
import type { SiteRecord } from '../../sim/faults/site.ts';
import { combine, hashText } from '../../sim/kernel/random.ts';
import type { ScenarioShape } from '../scenario.ts';
import { drawItems } from './draw.ts';

export interface Slice {
  readonly n: number;
  readonly seed: number;
  readonly items: readonly unknown[];
  /** The sites of the probe. */
  sites: readonly SiteRecord[];
}

const DEFAULT_COUNT = [1, 6] as const;

export function seedOfSlice(seed: number, n: number): number {
  return combine(combine(seed >>> 0, hashText('slice')), n);
}

/** Every other slice is as large as allowed; the others are of any size. */
export function makeSlice(shape: ScenarioShape, seed: number, n: number): Slice {
  const [min, max] = shape.workload.count ?? DEFAULT_COUNT;
  const sliceSeed = seedOfSlice(seed, n);
  const count = n % 2 === 0 ? max : min + (sliceSeed % (max - min + 1));
  return { n, seed: sliceSeed, items: drawItems(shape.workload.item, shape.workload.key, sliceSeed, count), sites: [] };
}
