/** Who told whom: from what caused an entry to it, and between a process and the component that it talks to. */
import type { EntryResult } from '../../properties/runner/result.ts';
import { componentOf } from '../fields.ts';
import type { Lanes } from './lanes.ts';
import type { Row } from './rows.ts';

export interface Point {
  readonly lane: number;
  readonly row: number;
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
export interface Placed extends Point {
  readonly entry: EntryResult;
}

/** Kinds in which the component speaks and the process hears. */
const HEARD: ReadonlySet<string> = new Set(['delivered', 'observed', 'confirmed', 'returned']);

export function arrowsOf(rows: readonly Row[], lanes: Lanes): readonly Arrow[] {
  const placed = new Map<number, Placed>();
  const latest = new Map<number, EntryResult>();
  const arrows: Arrow[] = [];
  for (const [row, { what, ...rest }] of rows.entries()) {
    if (what !== 'entry' || !('entry' in rest)) continue;
    const to: Placed = { entry: rest.entry, lane: lanes.at(rest.entry), row };
    const causes = to.entry.causes.flatMap((n) => placed.get(n) ?? []);
    arrows.push(...talk(to, lanes, causes.length > 0), ...led(to, causes, lanes, latest.get(to.lane)));
    placed.set(to.entry.n, to);
    latest.set(to.lane, to.entry);
  }
  return arrows;
}

function talk(at: Placed, lanes: Lanes, hasCause: boolean): readonly Arrow[] {
  const lane = lanes.about(at.entry);
  if (lane === undefined) return [];
  const there = { lane, row: at.row };
  const { n } = at.entry;
  if (!HEARD.has(at.entry.kind)) return [{ n, from: at, to: there, what: 'talk' }];
  return hasCause ? [] : [{ n, from: there, to: at, what: 'talk' }];
}

/** Within a lane, the line itself leads on from what the entry before was part of: an arrow there would only be noise. */
function led(to: Placed, causes: readonly Placed[], lanes: Lanes, before: EntryResult | undefined): readonly Arrow[] {
  return causes.flatMap((cause) => {
    const start = startOf(cause, to.entry, lanes);
    const goesOn = before !== undefined && (before.n === cause.entry.n || before.causes.includes(cause.entry.n));
    return start.from.lane === to.lane && goesOn ? [] : [{ ...start, n: to.entry.n, to }];
  });
}

/** What went to a component and comes out of it goes on from there: the message's way, not the sender's. */
function startOf(cause: Placed, entry: EntryResult, lanes: Lanes): Pick<Arrow, 'from' | 'what'> {
  const component = componentOf(cause.entry);
  const isSame = component !== undefined && component === componentOf(entry);
  const through = isSame && !HEARD.has(cause.entry.kind) ? lanes.about(cause.entry) : undefined;
  return through === undefined
    ? { from: cause, what: 'cause' }
    : { from: { lane: through, row: cause.row }, what: 'talk' };
}
