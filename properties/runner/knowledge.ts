/**
 * What a search has learned, as data that can go to another thread. It grows in run order only: the slices of one round
 * start from the same knowledge, and what each has learned more is added in their order when the round is over.
 */

export interface Knowledge {
  /** Classes that were tried, whatever else was in the run. */
  readonly tried: Set<string>;
  /** Classes that were tried with nothing else in the run. */
  readonly alone: Set<string>;
  /** Classes that took effect, alone or not: others in a run may keep a fault from its site. */
  readonly effective: Set<string>;
  readonly kindsAlone: Map<string, number>;
  /** How often each class was tried behind other faults. */
  readonly followed: Map<string, number>;
  /** How often each class of races was tried. */
  readonly raced: Map<string, number>;
  /** How many numbers were drawn. */
  draws: number;
}

const SETS = ['tried', 'alone', 'effective'] as const;
const COUNTS = ['kindsAlone', 'followed', 'raced'] as const;

/** What one slice has added. */
export interface Learned {
  readonly sets: Readonly<Record<(typeof SETS)[number], readonly string[]>>;
  readonly counts: Readonly<Record<(typeof COUNTS)[number], readonly (readonly [of: string, more: number])[]>>;
  readonly draws: number;
}

export function nothingKnown(): Knowledge {
  return {
    tried: new Set(),
    alone: new Set(),
    effective: new Set(),
    kindsAlone: new Map(),
    followed: new Map(),
    raced: new Map(),
    draws: 0,
  };
}

export function copyOf({ tried, alone, effective, kindsAlone, followed, raced, draws }: Knowledge): Knowledge {
  return {
    tried: new Set(tried),
    alone: new Set(alone),
    effective: new Set(effective),
    kindsAlone: new Map(kindsAlone),
    followed: new Map(followed),
    raced: new Map(raced),
    draws,
  };
}

export function learnedSince(before: Knowledge, after: Knowledge): Learned {
  const more = (name: (typeof SETS)[number]): string[] => [...after[name]].filter((each) => !before[name].has(each));
  const counted = (name: (typeof COUNTS)[number]): [string, number][] =>
    [...after[name]]
      .map(([of, count]): [string, number] => [of, count - (before[name].get(of) ?? 0)])
      .filter(([, count]) => count > 0);
  return {
    sets: { tried: more('tried'), alone: more('alone'), effective: more('effective') },
    counts: { kindsAlone: counted('kindsAlone'), followed: counted('followed'), raced: counted('raced') },
    draws: after.draws - before.draws,
  };
}

export function learn(known: Knowledge, { sets, counts, draws }: Learned): void {
  for (const name of SETS) for (const each of sets[name]) known[name].add(each);
  for (const name of COUNTS) {
    for (const [of, more] of counts[name]) known[name].set(of, (known[name].get(of) ?? 0) + more);
  }
  known.draws += draws;
}
