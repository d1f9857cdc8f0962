/** Detection power: how many runs the search needs to catch each wrong variant, beside the random baseline. */
import type { ScenarioShape } from '../../scenario.ts';
import type { campaign } from '../campaign.ts';
import type { Divergence } from '../result.ts';
import { type Catches, catches, type CatchOptions } from './catches.ts';
import { type RunsToCatch, runsToCatch } from './interval.ts';

/** How much is spent. */
export interface Effort {
  readonly seeds: number;
  /** The most runs of a guided campaign: the budget that a variant must be caught in. */
  readonly guidedRuns: number;
  /** The most runs of a random campaign. */
  readonly randomRuns: number;
  /** Runs of each correct variant. */
  readonly correctRuns: number;
}

/** What the numbers in the docs are made with. The medians of fewer seeds are decided by luck where two are close. */
export const FULL: Effort = { seeds: 40, guidedRuns: 1_000, randomRuns: 5_000, correctRuns: 10_000 };
/** For every push: enough to see that something broke, too little for a number to quote. */
export const QUICK: Effort = { seeds: 5, guidedRuns: 300, randomRuns: 120, correctRuns: 300 };

export interface DetectOptions extends Effort {
  readonly signal?: AbortSignal;
  readonly campaign?: typeof campaign;
  /** Seeds that are done, over both strategies. */
  onProgress?(done: number, of: number): void;
}

export interface Detection {
  readonly scenario: string;
  readonly variant: string;
  readonly catalogue?: number;
  /** The id of the property that it breaks; `any` where it was made by sabotage. */
  readonly expected: string;
  /** Nine seeds of ten caught it within the budget. */
  readonly caught: boolean;
  readonly violated: readonly string[];
  readonly guided: RunsToCatch;
  readonly random: RunsToCatch;
  /** What it took, all threads together. */
  readonly cpuMs: number;
  readonly sabotage?: string;
  readonly diverged?: Divergence;
}

const SEEDS_CAUGHT_MIN = 0.9;

/** What is the same whether a variant was written or made by sabotage. */
export interface Detected {
  readonly shape: ScenarioShape;
  readonly variant: string;
}

export async function detect({ shape, variant }: Detected, o: DetectOptions): Promise<Detection> {
  const before = process.cpuUsage();
  const guided = await catches(shape, variant, catchOptions(o, 'guided', 0));
  const random = await catches(shape, variant, catchOptions(o, 'random', o.seeds));
  const { user, system } = process.cpuUsage(before);
  const { catalogue, breaks = 'any' } = shape.wrong[variant] ?? {};
  const diverged = guided.diverged ?? random.diverged;
  return {
    scenario: shape.name,
    variant,
    ...(catalogue === undefined ? {} : { catalogue }),
    expected: breaks,
    caught: isCaught(guided),
    violated: guided.violated,
    guided: runsToCatch(guided.found, o.guidedRuns),
    random: runsToCatch(random.found, o.randomRuns),
    cpuMs: Math.round((user + system) / 1000),
    ...(diverged ? { diverged } : {}),
  };
}

function catchOptions(o: DetectOptions, strategy: 'guided' | 'random', before: number): CatchOptions {
  const { seeds, guidedRuns, randomRuns, signal, campaign } = o;
  return {
    strategy,
    seeds,
    cap: strategy === 'guided' ? guidedRuns : randomRuns,
    ...(signal ? { signal } : {}),
    ...(campaign ? { campaign } : {}),
    onProgress: (done) => o.onProgress?.(before + done, 2 * seeds),
  };
}

function isCaught({ found }: Catches): boolean {
  const caught = found.filter((runs) => runs !== undefined).length;
  return found.length > 0 && caught >= Math.ceil(found.length * SEEDS_CAUGHT_MIN);
}
