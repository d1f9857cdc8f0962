/** Who told whom: from what caused an entry to it, and between a process and the component that it talks to. */
import type { EntryResult } from '../../../../properties/runner/result.ts';
import { componentOf } from '../../../fields.ts';
import type { Lanes } from './lanes.ts';
import type { Run } from './run.ts';
import type { Row } from './rows.ts';

export interface Point {
  readonly lane: number;
  readonly row: number;
  /** An entry's own mark stands there, which an arrow must not run into. */
  readonly marked?: boolean;
}

export interface Arrow {
  /** The entry that it is part of. */
  readonly n: number;
  readonly from: Point;
  readonly to: Point;
  /** `talk`: to or from a component. `cause`: what else led to an entry. */
  readonly what: 'talk' | 'cause';
}

/** Where an entry has its mark. */
interface Placed extends Point {
  readonly entry: EntryResult;
}

/** Kinds in which the component speaks and the process hears. */
const HEARD: ReadonlySet<string> = new Set(['delivered', 'observed', 'confirmed', 'returned']);

export function arrowsOf(run: Run, rows: readonly Row[]): readonly Arrow[] {
  const { lanes } = run;
  const placed = new Map<number, Placed>();
  const latest = new Map<number, EntryResult>();
  const arrows: Arrow[] = [];
  for (let row = 0; row < rows.length; row++) {
    const entry = run.entries[rows[row]?.at ?? -1];
    if (!entry) continue;
    const to: Placed = { entry, lane: lanes.at(entry), row, marked: true };
    const before = latest.get(to.lane);
    let hasCause = false;
    for (const n of entry.causes) {
      const cause = placed.get(n);
      if (!cause) continue;
      hasCause = true;
      const start = startOf(cause, entry, lanes);
      // Within a lane, the line itself leads on from what the entry before was part of: an arrow there would only be noise.
      const goesOn = before !== undefined && (before.n === n || before.causes.includes(n));
      if (start.from.lane !== to.lane || !goesOn) arrows.push({ ...start, n: entry.n, to });
    }
    talk(arrows, to, lanes, hasCause);
    placed.set(entry.n, to);
    latest.set(to.lane, entry);
  }
  return arrows;
}

function talk(arrows: Arrow[], at: Placed, lanes: Lanes, hasCause: boolean): void {
  const lane = lanes.about(at.entry);
  if (lane === undefined) return;
  const there = { lane, row: at.row };
  const { n } = at.entry;
  if (!HEARD.has(at.entry.kind)) arrows.push({ n, from: at, to: there, what: 'talk' });
  else if (!hasCause) arrows.push({ n, from: there, to: at, what: 'talk' });
}

/** What went to a component and comes out of it goes on from there: the message's way, not the sender's. */
function startOf(cause: Placed, entry: EntryResult, lanes: Lanes): Omit<Arrow, 'n' | 'to'> {
  const component = componentOf(cause.entry);
  const isSame = component !== undefined && component === componentOf(entry);
  const through = isSame && !HEARD.has(cause.entry.kind) ? lanes.about(cause.entry) : undefined;
  return through === undefined
    ? { from: cause, what: 'cause' }
    : { from: { lane: through, row: cause.row }, what: 'talk' };
}

const BLOCK_ROWS = 128;
/** An arrow over more blocks than this is drawn near its ends only: in between it would tell nothing. */
const BLOCKS_MAX = 6;

/** Finds the arrows that cross a window of rows without looking at all of them. */
export function arrowsWithin(arrows: readonly Arrow[]): (first: number, last: number) => readonly Arrow[] {
  const blocks = new Map<number, Arrow[]>();
  for (const arrow of arrows) {
    const [from, to] = [blockOf(arrow.from.row), blockOf(arrow.to.row)];
    for (let block = from; block <= to; block++) {
      const list = blocks.get(block);
      if (list) list.push(arrow);
      else blocks.set(block, [arrow]);
      if (to - from > BLOCKS_MAX && block === from) block = to - 1;
    }
  }
  return (first, last) => {
    const found = new Set<Arrow>();
    for (let block = blockOf(first); block <= blockOf(last); block++)
      for (const arrow of blocks.get(block) ?? [])
        if (arrow.from.row <= last && arrow.to.row >= first) found.add(arrow);
    return [...found];
  };
}

function blockOf(row: number): number {
  return Math.floor(row / BLOCK_ROWS);
}
