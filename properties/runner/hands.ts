/**
 * Who makes a campaign's runs: this thread, one slice after the other, or a crew of worker threads. The orders and the
 * answers are the same.
 */
import type { FaultData } from '../../sim/faults/fault.ts';
import type { System } from '../../sim/simulate.ts';
import { type ScenarioShape, systemOf } from '../scenario.ts';
import type { Verdict } from '../property.ts';
import type { ColdThreads } from './cold.ts';
import { itemsOf, type Recipe, recipeOf } from './draw.ts';
import { witness, type Witnessed } from './evidence.ts';
import { explain, type Found } from './failure.ts';
import { replayed, type ReplayOptions, type ReplayResult, type Repro } from './replay.ts';
import type { Divergence, FailureResult } from './result.ts';
import { type Overseer, type SliceMade, type SliceOrder, workSlice } from './slice-work.ts';

/** A run's inputs as plain data. */
export interface CaseOrder {
  readonly seed: number;
  readonly items: readonly Recipe[];
  readonly plan: readonly FaultData[];
}

/** A failure to shrink and explain. */
export interface ExplainOrder {
  /** The number of its property. */
  readonly property: number;
  /** With its evidence as plain data. */
  readonly verdict: Verdict;
  readonly given: CaseOrder;
  readonly run: number;
  readonly strategy: Found['strategy'];
  /** Other seeds that its plan is tried under. */
  readonly nearby?: number;
}

export interface ReplayOrder {
  readonly repro: Repro;
  readonly options: Omit<ReplayOptions, 'hands'>;
}

export type Explanation =
  | { readonly failure: FailureResult; readonly minimal: CaseOrder }
  | { readonly diverged: Divergence };

/** The thread that was at it is gone, with what it had made. */
export interface Lost {
  /** `hang`: it did not go on and was ended; `crash`: it ended. */
  readonly lost: 'hang' | 'crash';
  /** How, in words. */
  readonly how: string;
  /** The run of the slice that it was at, from 0. */
  readonly run: number;
  /** What a random rule had struck with in that run. */
  readonly drawn: readonly string[];
}

export interface Hands {
  slice(order: SliceOrder, overseer: Overseer): Promise<SliceMade | Lost>;
  explain(order: ExplainOrder, isOver: () => boolean): Promise<Explanation | Lost>;
  /** Makes a run again, for its history and what can be seen of it. */
  entries(order: CaseOrder): Promise<Witnessed | Lost>;
  replay(order: ReplayOrder): Promise<ReplayResult | Lost>;
}

/** Where a thread finds what it works for. */
export interface Whose {
  /** File URL of the scenario's module. */
  readonly source: string;
  readonly scenario: string;
  readonly variant: string;
}

/** Threads that several campaigns share. */
export interface Crew {
  /** For the determinism checks of all campaigns. */
  readonly cold: ColdThreads;
  handsFor(whose: Whose): Hands;
  /** Ends the threads, whatever they do. */
  close(): Promise<void>;
}

/** The work itself, in whatever thread; the guards must be in place. */
export class Here implements Hands {
  readonly #system: System;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly shape: ScenarioShape,
    readonly variant: string,
  ) {
    this.#system = systemOf(shape, variant);
  }

  slice(order: SliceOrder, overseer: Overseer): Promise<SliceMade> {
    return this.#next(() => workSlice(this.shape, this.#system, order, overseer));
  }

  explain({ property, given, ...more }: ExplainOrder, isOver: () => boolean): Promise<Explanation> {
    return this.#next(async () => {
      const of = this.shape.properties[property];
      if (!of) throw new RangeError(`scenario ${this.shape.name} has no property number ${property}`);
      const found: Found = { ...more, property: of, given: this.#case(given) };
      const explained = await explain(this.shape, this.variant, this.#system, found, isOver);
      if ('diverged' in explained) return explained;
      const { failure, minimal } = explained;
      return { failure, minimal: { ...minimal, items: minimal.items.map(recipeOf) } };
    });
  }

  entries(order: CaseOrder): Promise<Witnessed> {
    return this.#next(() => witness(this.#system, this.#case(order)));
  }

  replay({ repro, options }: ReplayOrder): Promise<ReplayResult> {
    return this.#next(() => replayed(this.shape, repro, options));
  }

  #case({ seed, items, plan }: CaseOrder): Found['given'] {
    const { item, key } = this.shape.workload;
    return { seed, items: itemsOf(items, item, key), plan };
  }

  /** One run at a time in a thread. */
  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}
