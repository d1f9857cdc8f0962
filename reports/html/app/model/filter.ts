/** Which entries of a run are shown. Of each sort of thing some may be asked for (`in`), some hidden (`out`). */
import { laneNames, type Lanes } from './lanes.ts';
import type { Run } from './run.ts';

export type Pick = 'in' | 'out';
export type Picks = ReadonlyMap<string, Pick>;

export interface Filter {
  readonly lanes: Picks;
  readonly kinds: Picks;
  readonly types: Picks;
  readonly ids: Picks;
  /** In the words, the process or the data. */
  readonly text: string;
  /** Only what led to the violation. */
  readonly cone: boolean;
}

/** Indexes of the entries that pass, in order. */
export function filtered(run: Run, filter: Filter): readonly number[] {
  const tests = testsOf(run, filter);
  const all = run.entries.map((_, at) => at);
  return tests.length === 0 ? all : all.filter((at) => tests.every((test) => test(at)));
}

type Test = (at: number) => boolean;

function testsOf(run: Run, { lanes, kinds, types, ids, text, cone }: Filter): readonly Test[] {
  const tests: Test[] = [];
  const { entries } = run;
  if (cone) tests.push((at) => run.cone.has(entries[at]?.n ?? -1));
  if (kinds.size > 0) tests.push((at) => passes(kinds, [entries[at]?.kind ?? '']));
  if (lanes.size > 0) tests.push((at) => passes(lanes, namesOfLanes(run.lanes, run, at)));
  if (types.size > 0) tests.push((at) => passes(types, [run.type(at)]));
  if (ids.size > 0) tests.push((at) => passes(ids, run.traces[at] ?? []));
  if (text.trim() !== '') tests.push(containing(run, text.trim().toLowerCase()));
  return tests;
}

/** An entry belongs to its own lane; hiding a component hides what happened there, not who talked to it. */
function namesOfLanes(lanes: Lanes, run: Run, at: number): readonly string[] {
  const entry = run.entries[at];
  return entry ? [laneNames(lanes)[lanes.at(entry)] ?? ''] : [];
}

function passes(picks: Picks, names: readonly string[]): boolean {
  if (names.some((name) => picks.get(name) === 'out')) return false;
  return !hasIn(picks) || names.some((name) => picks.get(name) === 'in');
}

const withIn = new WeakMap<Picks, boolean>();

function hasIn(picks: Picks): boolean {
  let known = withIn.get(picks);
  if (known === undefined) {
    known = [...picks.values()].includes('in');
    withIn.set(picks, known);
  }
  return known;
}

function containing(run: Run, wanted: string): Test {
  return (at) => {
    const entry = run.entries[at];
    if (!entry) return false;
    return (
      run.words(at).toLowerCase().includes(wanted) ||
      entry.process.toLowerCase().includes(wanted) ||
      JSON.stringify(entry.data).toLowerCase().includes(wanted)
    );
  };
}

/** How often each name comes up, the most frequent first. */
export function counted(names: Iterable<string>): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const name of names) if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
