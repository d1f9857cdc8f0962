/**
 * What a search has learned, as data that can go to another thread. It grows in run order only: the slices of one round
 * start from the same knowledge, and what each has learned more is added in their order when the round is over.
 */
import type { FaultData } from '../../sim/faults/fault.ts';

/** A run that reached new states, for others to be bred from. */
export interface Parent {
  /** What took effect in it. */
  readonly plan: readonly FaultData[];
  /** Faults that fit sites which it was the first to reveal. */
  readonly next: readonly FaultData[];
  /** The keys of its workload's items, which its faults name. */
  readonly items: readonly string[];
}

export interface Knowledge {
  /** How often each class was tried, whatever else was in the run. */
  readonly tried: Map<string, number>;
  /** Classes that were tried with nothing else in the run. */
  readonly alone: Set<string>;
  /** Classes that took effect, alone or not: others in a run may keep a fault from its site. */
  readonly effective: Set<string>;
  readonly kindsAlone: Map<string, number>;
  /** How often each class was tried behind other faults. */
  readonly followed: Map<string, number>;
  /** How often each class of races was tried. */
  readonly raced: Map<string, number>;
  /** How often each class of races was tried as a write that comes too late, alone. */
  readonly lateWrites: Map<string, number>;
  /** How often each class was tried beside others that strike messages. */
  readonly gently: Map<string, number>;
  /** How often a component went away in the middle of each class of operations. */
  readonly brokenDown: Map<string, number>;
  /** How often each kind had a storm. */
  readonly stormed: Map<string, number>;
  /** How often each parent was bred from. */
  readonly bred: Map<string, number>;
  /** Turns of each strategy that shares a budget, and how many of their runs reached a new state. */
  readonly turns: Map<string, number>;
  readonly paid: Map<string, number>;
  /** In how many runs each kind took effect, and in how many of those a new state was reached. */
  readonly kindsStruck: Map<string, number>;
  readonly kindsPaid: Map<string, number>;
  /** States that runs have reached (`states.ts`), and classes of the sites that they revealed. */
  readonly reached: Set<string>;
  /** The latest come last; the oldest go. */
  readonly parents: Map<string, Parent>;
  /** How many numbers were drawn. */
  draws: number;
}

const SETS = ['alone', 'effective', 'reached'] as const;
const COUNTS = [
  'tried',
  'kindsAlone',
  'followed',
  'raced',
  'lateWrites',
  'gently',
  'brokenDown',
  'stormed',
  'bred',
  'turns',
  'paid',
  'kindsStruck',
  'kindsPaid',
] as const;
/** Of more there would never be a turn for each. */
const PARENTS_MAX = 40;

/** What one slice has added. */
export interface Learned {
  readonly sets: Readonly<Record<(typeof SETS)[number], readonly string[]>>;
  readonly counts: Readonly<Record<(typeof COUNTS)[number], readonly (readonly [of: string, more: number])[]>>;
  readonly parents: readonly (readonly [key: string, parent: Parent])[];
  readonly draws: number;
}

export function nothingKnown(): Knowledge {
  return {
    tried: new Map(),
    alone: new Set(),
    effective: new Set(),
    reached: new Set(),
    kindsAlone: new Map(),
    followed: new Map(),
    raced: new Map(),
    lateWrites: new Map(),
    gently: new Map(),
    brokenDown: new Map(),
    stormed: new Map(),
    bred: new Map(),
    turns: new Map(),
    paid: new Map(),
    kindsStruck: new Map(),
    kindsPaid: new Map(),
    parents: new Map(),
    draws: 0,
  };
}

export function copyOf(known: Knowledge): Knowledge {
  return structuredClone(known);
}

/** One more, and no more of the oldest than there is room for. */
export function addParent({ parents }: Knowledge, key: string, parent: Parent): void {
  if (!parents.has(key)) parents.set(key, parent);
  for (const oldest of parents.keys()) {
    if (parents.size <= PARENTS_MAX) return;
    parents.delete(oldest);
  }
}

export function learnedSince(before: Knowledge, after: Knowledge): Learned {
  const more = (name: (typeof SETS)[number]): string[] => [...after[name]].filter((each) => !before[name].has(each));
  const counted = (name: (typeof COUNTS)[number]): [string, number][] =>
    [...after[name]]
      .map(([of, count]): [string, number] => [of, count - (before[name].get(of) ?? 0)])
      .filter(([, count]) => count > 0);
  return {
    sets: recordOf(SETS, more),
    counts: recordOf(COUNTS, counted),
    parents: [...after.parents].filter(([key]) => !before.parents.has(key)),
    draws: after.draws - before.draws,
  };
}

function recordOf<K extends string, V>(names: readonly K[], of: (name: K) => V): Record<K, V> {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<K, V>;
}

export function learn(known: Knowledge, { sets, counts, parents, draws }: Learned): void {
  for (const name of SETS) for (const each of sets[name]) known[name].add(each);
  for (const name of COUNTS) {
    for (const [of, more] of counts[name]) known[name].set(of, (known[name].get(of) ?? 0) + more);
  }
  for (const [key, parent] of parents) addParent(known, key, parent);
  known.draws += draws;
}
