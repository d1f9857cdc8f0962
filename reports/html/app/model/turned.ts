/**
 * What came in another order than in the passing twin: two entries that both runs have, of different processes, about the same
 * table, queue, topic or stream, one before the other here and behind it there. Where two runs do the same things, the order is
 * what is wrong.
 */
import type { EntryResult } from '../../../../properties/runner/result.ts';
import { channelsOf, componentOf, type Fields, fieldsOf } from '../../../fields.ts';
import { saidBy } from './alignment.ts';
import { processOf } from './lanes.ts';
import { lineageOf } from './trace.ts';

export interface Turned {
  /** Came first here. */
  readonly first: EntryResult;
  /** Came behind it here, and before it in the twin. */
  readonly second: EntryResult;
}

/** Effects that others see; what somebody hears of it (a confirm, an observation) follows from those. */
const EFFECTS: ReadonlySet<string> = new Set([
  'inserted',
  'updated',
  'deleted',
  'published',
  'delivered',
  'appended',
  'applied',
  'offsetsCommitted',
]);

/** Looking at every pair of long histories would take long, and say nothing at a glance. */
const ENTRIES_MAX = 600;

/**
 * The pair that matters most: both in the cone before one of them, then the ones that stand closest together in the run. What
 * came behind the violation, or has nothing to do with it, explains nothing.
 */
export function turnedRound(
  run: readonly EntryResult[],
  twin: readonly EntryResult[],
  cone: ReadonlySet<number>,
): Turned | undefined {
  const places = new Map<string, number>();
  for (const [at, entry] of twin.entries()) if (!places.has(saidBy(entry))) places.set(saidBy(entry), at);
  const seen = new Set<string>();
  // Of a commit everything counts as what led to the violation, when a part of it did.
  const told = run.filter(({ n }) => cone.has(n));
  const commits = new Set(told.map(momentOf));
  const inCone = (entry: EntryResult): boolean => commits.has(momentOf(entry));
  const untilUs = told.at(-1)?.timeUs ?? 0;
  const both = run.filter((entry) => {
    const said = saidBy(entry);
    if (entry.timeUs > untilUs || !EFFECTS.has(entry.kind) || seen.has(said) || !places.has(said)) return false;
    seen.add(said);
    return true;
  });
  let best: { readonly turned: Turned; readonly worth: number } | undefined;
  for (const [at, second] of both.slice(0, ENTRIES_MAX).entries()) {
    for (const first of both.slice(0, at)) {
      if ((places.get(saidBy(first)) ?? 0) < (places.get(saidBy(second)) ?? 0) || !meet(first, second)) continue;
      const inside = Number(inCone(first)) + Number(inCone(second));
      const worth = inside * 1_000_000 + worthOf(first, second);
      if (inside > 0 && worth > (best?.worth ?? 0)) best = { turned: { first, second }, worth };
    }
  }
  return best?.turned;
}

function momentOf({ timeUs, process }: EntryResult): string {
  return `${timeUs} ${process}`;
}

/** Different work on the same thing. */
function meet(one: EntryResult, other: EntryResult): boolean {
  if (processOf(one.process) === processOf(other.process) || componentOf(one) !== componentOf(other)) return false;
  const channels = new Set(channelsOf(one));
  return one.kind === other.kind && channelsOf(other).some((channel) => channels.has(channel));
}

function worthOf(first: EntryResult, second: EntryResult): number {
  const sameMessage = lineageOf(first) !== '' && lineageOf(first) === lineageOf(second);
  return (
    Number(numberedOf(first, second) !== undefined) * 600_000 - Number(sameMessage) * 500_000 - (second.n - first.n)
  );
}

/** A number in both rows that says the other order: what was given out first came in last. */
export function numberedOf(first: EntryResult, second: EntryResult): string | undefined {
  const [one, other] = [valueOf(first), valueOf(second)];
  return Object.keys(one).find((name) => {
    const [a, b] = [one[name], other[name]];
    return typeof a === 'number' && typeof b === 'number' && a > b;
  });
}

export function valueOf({ data }: EntryResult): Fields {
  return fieldsOf(fieldsOf(data)['value']);
}
