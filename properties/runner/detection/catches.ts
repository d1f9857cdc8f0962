/** How many runs it takes until a campaign catches something, the probes counted. */
import type { Property } from '../../property.ts';
import type { ScenarioShape } from '../../scenario.ts';
import { campaign as realCampaign, type Strategy } from '../campaign.ts';
import type { Divergence } from '../result.ts';

export interface CatchOptions {
  readonly strategy: Strategy;
  /** The campaigns' seeds are 1, 2, ... */
  readonly seeds: number;
  /** No campaign makes more runs. */
  readonly cap: number;
  readonly signal?: AbortSignal;
  /** Another campaign, for those who test what catches. */
  readonly campaign?: typeof realCampaign;
  onProgress?(done: number, of: number): void;
}

export interface Catches {
  /** For each seed; `undefined` where nothing was caught within the cap. */
  readonly found: readonly (number | undefined)[];
  /** The ids of the properties that failed, in the scenario's order. */
  readonly violated: readonly string[];
  readonly diverged?: Divergence;
}

/** Catches of a wrong variant: of the property that it breaks; of `correct`: of any property. */
export async function catches(shape: ScenarioShape, variant: string, o: CatchOptions): Promise<Catches> {
  const { strategy, seeds, cap, signal, campaign = realCampaign } = o;
  const found: (number | undefined)[] = [];
  const failed = new Set<string>();
  let diverged: Divergence | undefined;
  const isOver = (): boolean => signal?.aborted === true || diverged !== undefined;
  for (let seed = 1; seed <= seeds && !isOver(); seed++) {
    const options = { seed, runs: cap, strategy, bail: true, explain: false, ...(signal ? { signal } : {}) };
    const result = await campaign(shape, variant, options);
    const isCaught = variant === 'correct' ? result.verdict === 'fail' : result.caught === true;
    // One that was cut off has said nothing.
    if (isCaught || !signal?.aborted) found.push(isCaught ? result.runs : undefined);
    for (const { id, verdict } of result.properties) if (verdict === 'fail') failed.add(id);
    ({ diverged } = result);
    o.onProgress?.(seed, seeds);
  }
  return { found, violated: idsIn(shape.properties, failed), ...(diverged ? { diverged } : {}) };
}

function idsIn(properties: readonly Property[], failed: ReadonlySet<string>): string[] {
  return [...new Set(properties.map(({ id }) => id))].filter((id) => failed.has(id));
}
