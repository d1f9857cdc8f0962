/** Where a lane's line is drawn: a process that crashed has none until it starts again; a component that is out is marked. */
import type { EntryResult } from '../../properties/runner/result.ts';
import type { Lanes } from './lanes.ts';
import type { EntryRow, Row } from './rows.ts';

/** A stretch of a lane in rows; half rows are where the entry's own mark stands. */
export interface Stretch {
  readonly lane: number;
  readonly from: number;
  readonly to: number;
  readonly style: 'live' | 'idle' | 'out';
}

const ENDS: ReadonlySet<string> = new Set(['crashed', 'stopped']);

export function stretchesOf(rows: readonly Row[], lanes: Lanes): readonly Stretch[] {
  return lanes.all.flatMap((_, lane) => [...livesOf(rows, lanes, lane), ...outages(rows, lanes, lane)]);
}

/** Alive as long as one incarnation is: two overlap while a new version comes up. */
function livesOf(rows: readonly Row[], lanes: Lanes, lane: number): readonly Stretch[] {
  const alive = new Set<string>(aliveAtFirst(rows, lanes, lane) ? ['from the start'] : []);
  const found: Stretch[] = [];
  for (const [n, row] of rows.entries()) {
    const before = alive.size > 0;
    const entry = row.what === 'entry' && lanes.at(row.entry) === lane ? row.entry : undefined;
    if (entry?.kind === 'started') alive.add(entry.process);
    else if (entry && ENDS.has(entry.kind)) {
      if (!alive.delete(entry.process)) alive.delete('from the start');
    }
    const after = alive.size > 0;
    const style = row.what === 'gap' ? 'idle' : 'live';
    if (before) found.push({ lane, from: n, to: n + 0.5, style });
    if (after) found.push({ lane, from: n + 0.5, to: n + 1, style });
  }
  return joined(found);
}

function aliveAtFirst(rows: readonly Row[], lanes: Lanes, lane: number): boolean {
  const first = rows.find(
    (row): row is EntryRow => row.what === 'entry' && lanes.at(row.entry) === lane && turns(row.entry),
  );
  return first?.entry.kind !== 'started';
}

/** A process begins or ends. */
function turns({ kind }: EntryResult): boolean {
  return kind === 'started' || ENDS.has(kind);
}

function outages(rows: readonly Row[], lanes: Lanes, lane: number): readonly Stretch[] {
  const found: Stretch[] = [];
  let from: number | undefined;
  for (const [n, row] of rows.entries()) {
    if (row.what !== 'entry' || lanes.at(row.entry) !== lane) continue;
    if (row.entry.kind === 'outage') from ??= n + 0.5;
    if (row.entry.kind === 'healed' && from !== undefined) {
      found.push({ lane, from, to: n + 0.5, style: 'out' });
      from = undefined;
    }
  }
  if (from !== undefined) found.push({ lane, from, to: rows.length, style: 'out' });
  return found;
}

function joined(stretches: readonly Stretch[]): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const next of stretches) {
    const last = found.at(-1);
    if (last && last.to === next.from && last.style === next.style) found[found.length - 1] = { ...last, to: next.to };
    else found.push(next);
  }
  return found;
}
