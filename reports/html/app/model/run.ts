/** A history as the page works with it: lanes, who caused whom, what belongs together. Made once for each history. */
import type { EntryResult } from '../../../../properties/runner/result.ts';
import { wordsOf } from '../../../words.ts';
import { type Lanes, lanesOf } from './lanes.ts';
import { tracesOf, typeOf } from './trace.ts';
import type { Turned } from './turned.ts';

export interface Run {
  readonly entries: readonly EntryResult[];
  readonly lanes: Lanes;
  /** Where an entry stands, by its number. */
  readonly indexOf: ReadonlyMap<number, number>;
  /** The ids that each entry belongs to. */
  readonly traces: readonly (readonly string[])[];
  readonly evidence: ReadonlySet<number>;
  /** Numbers of what led to the evidence, and the faults that struck there. */
  readonly cone: ReadonlySet<number>;
  readonly turned: Turned | undefined;
  words(at: number): string;
  /** The message's type; empty where there is none. */
  type(at: number): string;
  /** Numbers of the entries that it caused. */
  effects(n: number): readonly number[];
}

/** @param turned what came in another order than in the twin: what overtook belongs to the cone as well */
export function runOf(
  entries: readonly EntryResult[],
  evidence: readonly number[],
  slice: readonly number[],
  turned?: Turned,
): Run {
  const words: string[] = [];
  const types: string[] = [];
  let effects: ReadonlyMap<number, readonly number[]> | undefined;
  return {
    entries,
    lanes: lanesOf(entries),
    indexOf: new Map(entries.map(({ n }, at) => [n, at])),
    traces: tracesOf(entries),
    evidence: new Set(evidence),
    cone: coneWithFaults(entries, new Set([...evidence, ...slice, ...overtaken(entries, turned)])),
    turned,
    words: (at) => (words[at] ??= wordsOf(entries[at] as EntryResult)),
    type: (at) => (types[at] ??= typeOf(entries[at] as EntryResult)),
    effects: (n) => (effects ??= effectsIn(entries)).get(n) ?? [],
  };
}

/** The two that came in another order, and what led to each. */
function overtaken(entries: readonly EntryResult[], turned: Turned | undefined): Iterable<number> {
  if (!turned) return [];
  const causes = new Map(entries.map((entry) => [entry.n, entry.causes]));
  const led = new Set([turned.first.n, turned.second.n]);
  for (const n of led) for (const cause of causes.get(n) ?? []) led.add(cause);
  return led;
}

/** A fault causes nothing in the history: it stands beside what it struck; one that struck nothing in particular, for itself. */
function coneWithFaults(entries: readonly EntryResult[], cone: Set<number>): ReadonlySet<number> {
  const struck = entries.filter(
    ({ kind, causes }) => kind === 'fault' && (causes.length === 0 || causes.some((cause) => cone.has(cause))),
  );
  for (const { n } of struck) cone.add(n);
  return cone;
}

function effectsIn(entries: readonly EntryResult[]): ReadonlyMap<number, readonly number[]> {
  const effects = new Map<number, number[]>();
  for (const { n, causes } of entries) {
    for (const cause of causes) {
      const list = effects.get(cause);
      if (list) list.push(n);
      else effects.set(cause, [n]);
    }
  }
  return effects;
}

/** Everything that led to an entry and everything that it led to, itself among them. */
export function coneAround(run: Run, n: number): ReadonlySet<number> {
  const before = new Set([n]);
  for (const at of before) {
    const index = run.indexOf.get(at);
    for (const cause of (index === undefined ? undefined : run.entries[index]?.causes) ?? []) before.add(cause);
  }
  const after = new Set([n]);
  for (const at of after) for (const effect of run.effects(at)) after.add(effect);
  return new Set([...before, ...after]);
}
