/**
 * A property is a named check, a fold over the history: `see` every entry in order, then `end` says the verdict. Folds
 * stream, so a check costs the same for each entry however long the history is.
 */
import type { Entry } from '../sim/history/history.ts';
import type { Selector } from '../sim/selectors.ts';

export type { Entry };

/** What a property says of one run, with its evidence; `unknown`: its premise did not come up. */
export type Verdict =
  | { readonly verdict: 'pass'; readonly exercised: number }
  | { readonly verdict: 'fail'; readonly says: string; readonly evidence: readonly Entry[] }
  | { readonly verdict: 'unknown'; readonly why: string };

/** What a property makes of one run: it sees each entry as it comes, and judges when the last one (`ended`) has come. */
export interface Fold {
  see(entry: Entry): void;
  end(): Verdict;
}

/** A named check: a fold over the history of a run. */
export interface Property {
  /** A catalogue id, or the user's own. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'safety' | 'liveness';
  /** What it looks at. One of these that picks nothing in a whole campaign says that nothing was looked at. */
  readonly selectors?: readonly Looks[];
  /** What any of which will do, such as the ends of a message: one that never picks anything is a mistake, or not needed. */
  readonly alternatives?: readonly Looks[];
  /** Its evidence is all that it looked at, so that other evidence does not make it another failure. */
  readonly looksAtAll?: boolean;
  start(): Fold;
}

/** A selector, whatever it picks. */
export type Looks = Pick<Selector<never>, 'says'>;

/**
 * A metamorphic property compares the run with its twin: the same seed and workload under a plan without the faults
 * outside `keeps`. The runner makes the twin when the fold says that the premise came up.
 */
export interface MetamorphicProperty extends Property {
  /** The kinds of fault that the twin keeps. */
  readonly keeps: ReadonlySet<string>;
  /** Compares what the run and its twin left. */
  compare(run: readonly Entry[], twin: readonly Entry[]): Verdict;
}

export function isMetamorphic(property: Property): property is MetamorphicProperty {
  return 'compare' in property;
}

/**
 * Whether this entry ends a run that went on until a bound. What is missing there may still have come: a check of what
 * must be there in the end says unknown; that the run does not end is eventual-delivery's finding.
 */
export function endsAtBound(entry: Entry): boolean {
  return entry.kind === 'ended' && (entry.data as { outcome?: unknown }).outcome === 'bound';
}

export const NOT_DRAINED = {
  verdict: 'unknown',
  why: 'the run went on until a bound, so nothing can be said of what is missing',
} as const satisfies Verdict;

/** A verdict for a premise that came up so many times: none is no pass. */
export function passed(exercised: number, premise: string): Verdict {
  return exercised > 0 ? { verdict: 'pass', exercised } : { verdict: 'unknown', why: `no ${premise} in this run` };
}

/** `row inserted into db.orders or message dead-lettered in mq.dead`: ends that differ in their keys alone are named once. */
export function anyOf(ends: readonly Looks[]): string {
  return [...new Set(ends.map(({ says }) => says))].join(' or ');
}
