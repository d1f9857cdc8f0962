/** Where a lane's line is drawn: a process that crashed has none until it starts again; a component that is out is marked. */
import type { EntryResult } from '../../../../properties/runner/result.ts';
import { lastAt, lastsUntilUs } from './lasting.ts';
import type { Run } from './run.ts';
import type { Row } from './rows.ts';

/** A stretch of a lane between two rows, from the middle of one to the middle of the other; -1 and the number of rows: the edges. */
export interface Stretch {
  readonly lane: number;
  readonly from: number;
  readonly to: number;
  readonly style: 'live' | 'out';
}

const ENDS: ReadonlySet<string> = new Set(['crashed', 'stopped']);

/**
 * By the whole history, whatever of it is shown: a start that a filter hides still starts a lane, at the row where it would stand.
 * Alive as long as one incarnation is: two overlap while a new version comes up.
 */
export function stretchesOf(run: Run, rows: readonly Row[]): readonly Stretch[] {
  const places = placesOf(run, rows);
  const byLane = run.lanes.all.map((): Turn[] => []);
  for (const [at, entry] of run.entries.entries())
    if (turns(entry)) byLane[run.lanes.at(entry)]?.push({ entry, row: places(at) });
  const lasting = run.entries.flatMap((entry, at): Stretch[] => {
    const until = lastsUntilUs(entry);
    const to = until === undefined ? at : lastAt(run.entries, at, until);
    return to === at ? [] : [{ lane: run.lanes.at(entry), from: places(at), to: places(to), style: 'out' }];
  });
  const all = byLane.flatMap((own, lane) => [...lives(own, lane, rows.length), ...outages(own, lane, rows.length)]);
  return [...all, ...lasting];
}

interface Turn {
  readonly entry: EntryResult;
  readonly row: number;
}

/** A process begins or ends; a component goes out or comes back. */
function turns({ kind }: EntryResult): boolean {
  return kind === 'started' || kind === 'outage' || kind === 'healed' || ENDS.has(kind);
}

/** The row of an entry, or of the first that is shown behind it. */
function placesOf(run: Run, rows: readonly Row[]): (at: number) => number {
  const places = new Int32Array(run.entries.length).fill(rows.length);
  let filled = 0;
  for (const [row, { at }] of rows.entries()) {
    if (at < 0) continue;
    while (filled <= at) places[filled++] = row;
  }
  return (at) => places[at] ?? rows.length;
}

function lives(turns: readonly Turn[], lane: number, end: number): readonly Stretch[] {
  const relevant = turns.filter(({ entry: { kind } }) => kind === 'started' || ENDS.has(kind));
  const alive = new Set<string>(relevant[0]?.entry.kind === 'started' ? [] : ['from the start']);
  const found: Stretch[] = [];
  let since = -1;
  for (const { entry, row } of relevant) {
    const before = alive.size > 0;
    if (entry.kind === 'started') alive.add(entry.process);
    else if (!alive.delete(entry.process)) alive.delete('from the start');
    if (before && alive.size === 0) found.push({ lane, from: since, to: row, style: 'live' });
    if (!before && alive.size > 0) since = row;
  }
  if (alive.size > 0) found.push({ lane, from: since, to: end, style: 'live' });
  return found;
}

function outages(turns: readonly Turn[], lane: number, end: number): readonly Stretch[] {
  const found: Stretch[] = [];
  let from: number | undefined;
  for (const { entry, row } of turns) {
    if (entry.kind === 'outage') from ??= row;
    if (entry.kind === 'healed' && from !== undefined) {
      found.push({ lane, from, to: row, style: 'out' });
      from = undefined;
    }
  }
  if (from !== undefined) found.push({ lane, from, to: end, style: 'out' });
  return found;
}
