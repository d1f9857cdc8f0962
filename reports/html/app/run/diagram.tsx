/** The space-time diagram: lanes across, entries downwards. Only what can be seen is in the document, whatever the run's length. */
import type { JSX, RefObject } from 'preact';
import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { duration } from '../../../time.ts';
import { visible } from '../../../text.ts';
import type { Arrow } from '../model/arrows.ts';
import type { Layout } from '../model/layout.ts';
import type { Stretch } from '../model/life.ts';
import { isStruck, type Row } from '../model/rows.ts';
import type { Run } from '../model/run.ts';
import { drawn, type Geometry, signOf, signPath, xOf } from './geometry.ts';

export interface Drawing {
  readonly run: Run;
  readonly rows: readonly Row[];
  readonly layout: Layout;
  readonly lanePx: number;
  readonly rowPx: number;
  readonly arrows: (first: number, last: number) => readonly Arrow[];
  readonly stretches: readonly Stretch[];
  /** Number of the entry that is chosen. */
  readonly chosen: number | undefined;
  /** Its causes and effects; what is not among them fades. */
  readonly lit: ReadonlySet<number> | undefined;
  readonly choose: (n: number | undefined) => void;
  readonly scroller: RefObject<HTMLDivElement | null>;
}

/** Rows lower than this have no words. */
const WORDS_PX = 13;
/** What is drawn above and below: a frame's way at 15 000 pixels a second. */
const OVERSCAN_PX = 250;
const STEP_PX = 100;
/** More marks than this in one window are thinned out: they would stand on one another. */
const MARKS_MAX = 500;

export function Diagram(drawing: Drawing): JSX.Element {
  const { run, rows, layout, lanePx, scroller, choose } = drawing;
  const [first, last] = useWindow(scroller, layout, rows.length);
  const lanesPx = run.lanes.all.length * lanePx;
  const shown = thinned(drawing, first, last);
  const keep = useKept(drawing);
  const pick = (event: MouseEvent): void => {
    const n = entryAt(event, drawing, shown);
    if (n !== undefined) choose(n);
  };
  return (
    <div class="diagram" ref={scroller} style={{ '--lanes-px': `${lanesPx}px`, '--row-px': `${drawing.rowPx}px` }}>
      <Heads run={run} lanePx={lanePx} />
      <div class="body" style={{ height: `${layout.height}px` }} onClick={pick}>
        <Lines drawing={drawing} first={first} last={last} shown={shown} keep={keep} />
        <Rows drawing={drawing} shown={shown} keep={keep} />
      </div>
    </div>
  );
}

/** Radius of what counts as a press on a mark. */
const HIT_PX = 8;

/** The mark at the mouse, else the row: where distances are time, rows stand on one another. */
function entryAt(
  event: MouseEvent,
  { run, rows, layout, lanePx }: Drawing,
  shown: readonly number[],
): number | undefined {
  const body = event.currentTarget as Element;
  const left = body.querySelector('.lines')?.getBoundingClientRect().left ?? 0;
  const [x, y] = [event.clientX - left, event.clientY - body.getBoundingClientRect().top];
  const hit = shown.findLast((row) => {
    const entry = run.entries[rows[row]?.at ?? -1];
    const isNear = entry && Math.abs(layout.y(row) - y) <= HIT_PX;
    return isNear && Math.abs(run.lanes.at(entry) * lanePx + lanePx / 2 - x) <= HIT_PX;
  });
  if (hit !== undefined) return run.entries[rows[hit]?.at ?? -1]?.n;
  const row = (event.target as Element).closest('[role=option]');
  return row ? Number(row.id.slice('row-'.length)) : undefined;
}

type Keep = <T>(key: unknown, make: () => T) => T;

const KEPT_MAX = 4_000;

/** What was made before is handed out again: Preact passes over the same elements, so that a step of scrolling costs what it adds. */
function useKept({ run, rows, layout, lanePx, rowPx, chosen, lit }: Drawing): Keep {
  const kept = useMemo(() => new Map<unknown, unknown>(), [run, rows, layout, lanePx, rowPx, chosen, lit]);
  if (kept.size > KEPT_MAX) kept.clear();
  return <T,>(key: unknown, make: () => T): T => {
    const known = (kept.get(key) as T | undefined) ?? make();
    kept.set(key, known);
    return known;
  };
}

/** First and last row that may be seen, a little more at both ends. */
function useWindow(
  scroller: RefObject<HTMLDivElement | null>,
  layout: Layout,
  rows: number,
): readonly [number, number] {
  const [seen, setSeen] = useState({ top: 0, height: 900 });
  useLayoutEffect(() => {
    const at = scroller.current;
    if (!at) return undefined;
    let height = at.clientHeight;
    let isPrinted = false;
    const look = (): void => {
      if (isPrinted) return;
      const top = Math.floor(at.scrollTop / STEP_PX) * STEP_PX;
      setSeen((before) => (before.top === top && before.height === height ? before : { top, height }));
    };
    look();
    at.addEventListener('scroll', look, { passive: true });
    const observer = new ResizeObserver(() => {
      height = at.clientHeight;
      look();
    });
    observer.observe(at);
    const all = (): void => {
      setSeen({ top: 0, height: PRINTED_PX });
      isPrinted = true;
    };
    const back = (): void => {
      isPrinted = false;
      look();
    };
    addEventListener('beforeprint', all);
    addEventListener('afterprint', back);
    return () => {
      at.removeEventListener('scroll', look);
      observer.disconnect();
      removeEventListener('beforeprint', all);
      removeEventListener('afterprint', back);
    };
  }, [scroller, layout]);
  const first = Math.max(0, layout.from(seen.top - OVERSCAN_PX) - 1);
  return [first, Math.min(rows - 1, layout.from(seen.top + seen.height + OVERSCAN_PX))];
}

/** Some twenty sheets of paper. */
const PRINTED_PX = 20_000;

/** Rows of the window; in a crowd every so many, and all that matter. */
function thinned({ run, rows, chosen }: Drawing, first: number, last: number): readonly number[] {
  const step = Math.ceil((last - first + 1) / MARKS_MAX);
  const shown: number[] = [];
  for (let row = first; row <= last; row++) {
    const entry = run.entries[rows[row]?.at ?? -1];
    const matters = entry && (entry.n === chosen || run.evidence.has(entry.n) || isStruck(entry));
    if (row % step === 0 || (matters && shown.length < 2 * MARKS_MAX)) shown.push(row);
  }
  return shown;
}

function Heads({ run, lanePx }: { run: Run; lanePx: number }): JSX.Element {
  return (
    <div class={`heads ${lanePx < 64 ? 'narrow' : ''}`} aria-hidden="true">
      <span class="time">time</span>
      <div>
        {run.lanes.all.map(({ name, what }) => (
          <span key={name} class={what} title={`${visible(name)} (${what})`} style={{ width: `${lanePx}px` }}>
            {visible(name)}
          </span>
        ))}
      </div>
    </div>
  );
}

interface Window {
  readonly drawing: Drawing;
  readonly first: number;
  readonly last: number;
  readonly shown: readonly number[];
  readonly keep: Keep;
}

function Lines({ drawing, first, last, shown, keep }: Window): JSX.Element {
  const { run, rows, layout, lanePx, rowPx } = drawing;
  const geometry: Geometry = { layout, lanePx, dotPx: Math.max(2, Math.min(5, rowPx / 4, lanePx / 6)) };
  const width = run.lanes.all.length * lanePx;
  const top = Math.max(0, layout.y(first) - rowPx);
  const bottom = Math.min(layout.height, layout.y(last) + rowPx);
  return (
    <svg
      class="lines"
      width={width}
      height={bottom - top}
      viewBox={`0 ${top} ${width} ${bottom - top}`}
      style={{ top: `${top}px` }}
      aria-hidden="true"
    >
      {drawing.stretches
        .filter(({ from, to }) => from <= last && to >= first)
        .map((stretch) => (
          <Line
            key={`${stretch.style} ${stretch.lane} ${stretch.from}`}
            of={stretch}
            geometry={geometry}
            top={top}
            bottom={bottom}
            rows={rows.length}
          />
        ))}
      {[...pathsOf(drawing, geometry, { first, last, shown, keep })].map(([name, d]) => (
        <path key={name} class={name} d={d} />
      ))}
    </svg>
  );
}

/**
 * All that looks alike is one path, by its class: a path for each arrow and mark is some hundred elements, which took most of the
 * time of a frame. Arrows first, then rings, then the marks on top of them.
 */
function pathsOf(
  { run, rows, arrows, chosen, lit }: Drawing,
  geometry: Geometry,
  { first, last, shown, keep }: Omit<Window, 'drawing'>,
): ReadonlyMap<string, string> {
  const { dotPx, layout } = geometry;
  const paths = new Map<string, string>();
  const add = (n: number, name: string, d: string): void => {
    const full = lit && !lit.has(n) ? `${name} dim` : name;
    paths.set(full, (paths.get(full) ?? '') + d);
  };
  for (const arrow of last - first > MARKS_MAX ? [] : arrows(first, last)) {
    const { line, head } = keep(arrow, () => drawn(geometry, arrow));
    const isLong = arrow.to.row - arrow.from.row > LONG_ROWS;
    add(arrow.n, `arrow ${arrow.what} ${isLong ? 'long' : ''}`, line);
    add(arrow.n, 'head', head);
  }
  const marked = shown.flatMap((row) => {
    const entry = run.entries[rows[row]?.at ?? -1];
    return entry ? [{ ...entry, x: xOf(geometry, run.lanes.at(entry)), y: layout.y(row) }] : [];
  });
  for (const { n, x, y } of marked) {
    if (n === chosen) add(n, 'chosen', signPath('dot', x, y, dotPx + 7));
    if (run.evidence.has(n)) add(n, 'ring', signPath('dot', x, y, dotPx + 4));
  }
  for (const { n, kind, x, y } of marked) {
    const sign = signOf(kind);
    add(n, sign, signPath(sign, x, y, dotPx));
  }
  return paths;
}

interface LineOf {
  readonly of: Stretch;
  readonly geometry: Geometry;
  readonly top: number;
  readonly bottom: number;
  readonly rows: number;
}

function Line({ of, geometry, top, bottom, rows }: LineOf): JSX.Element | null {
  const { lane, from, to, style } = of;
  const { layout } = geometry;
  const y1 = Math.max(top, from < 0 ? 0 : layout.y(from));
  const y2 = Math.min(bottom, to >= rows ? layout.height : layout.y(to));
  if (y2 <= y1) return null;
  const x = xOf(geometry, lane);
  if (style === 'live') return <path class="lane" d={`M${x} ${y1}V${y2}`} />;
  const half = Math.min(14, geometry.lanePx / 3);
  return (
    <>
      <rect class="out" x={x - half} y={y1} width={2 * half} height={y2 - y1} rx="4" />
      <rect class="band" x="0" y={y1} width="100%" height={y2 - y1} />
    </>
  );
}

/** An arrow over more rows than this crosses much: it is drawn fainter. */
const LONG_ROWS = 8;

function Rows({ drawing, shown, keep }: Omit<Window, 'first' | 'last'>): JSX.Element {
  const { run, rows, layout, chosen, rowPx } = drawing;
  let free = Number.NEGATIVE_INFINITY;
  let before = '';
  const lines = shown.map((row) => {
    const { at, words } = rows[row] as Row;
    const y = layout.y(row);
    const entry = run.entries[at];
    if (!entry) return keep(`gap ${row}`, () => <Gap key={`gap ${row}`} y={y} words={words} rowPx={rowPx} />);
    const time = duration(entry.timeUs);
    const hasRoom = rowPx >= WORDS_PX && (y - free >= Math.min(rowPx, 16) || entry.n === chosen);
    const shownTime = time === before ? '' : time;
    if (hasRoom) [free, before] = [y, time];
    return keep(`${row} ${shownTime} ${hasRoom}`, () => (
      <EntryRow key={entry.n} drawing={drawing} row={row} y={y} time={shownTime} hasRoom={hasRoom} />
    ));
  });
  const isChosenShown = chosen !== undefined && shown.some((row) => run.entries[rows[row]?.at ?? -1]?.n === chosen);
  return (
    <div
      class="rows"
      role="listbox"
      aria-label="Entries of the run"
      tabIndex={0}
      {...(isChosenShown ? { 'aria-activedescendant': `row-${chosen}` } : {})}
    >
      {lines}
    </div>
  );
}

function Gap({ y, words, rowPx }: { y: number; words: string; rowPx: number }): JSX.Element {
  return (
    <div class="row gap" role="presentation" style={{ top: `${y - rowPx / 2}px` }}>
      <span class="time" aria-hidden="true" />
      <span class="what" aria-hidden="true">
        {rowPx >= WORDS_PX && words}
      </span>
    </div>
  );
}

interface RowOf {
  readonly drawing: Drawing;
  readonly row: number;
  readonly y: number;
  readonly time: string;
  readonly hasRoom: boolean;
}

function EntryRow({ drawing, row, y, time, hasRoom }: RowOf): JSX.Element {
  const { run, rows, rowPx, chosen, lit } = drawing;
  const { at } = rows[row] as Row;
  const entry = run.entries[at] as Run['entries'][number];
  const isEvidence = run.evidence.has(entry.n);
  const classes = [
    'row',
    isStruck(entry) && 'struck',
    isEvidence && 'evidence',
    run.cone.has(entry.n) && 'led',
    entry.n === chosen && 'chosen',
    lit && (lit.has(entry.n) ? 'lit' : 'dim'),
    !hasRoom && 'crowded',
  ];
  const words = run.words(at);
  return (
    <div
      id={`row-${entry.n}`}
      class={classes.filter(Boolean).join(' ')}
      role="option"
      aria-selected={entry.n === chosen}
      aria-posinset={row + 1}
      aria-setsize={rows.length}
      style={{ top: `${y - rowPx / 2}px` }}
    >
      <span class="time">{hasRoom && time}</span>
      <span class="what" title={words}>
        {hasRoom && (
          <>
            <span class="n">{`#${entry.n}`}</span>
            {entry.kind === 'fault' && <Tag class="needed">fault</Tag>}
            {isEvidence && <Tag class="proof">evidence</Tag>}
            {entry.n === run.turned?.first.n && <Tag class="changed">{`overtook #${run.turned.second.n}`}</Tag>}
            <span class="who">{` ${visible(entry.process)} `}</span>
            <bdi>{words}</bdi>
          </>
        )}
      </span>
    </div>
  );
}

function Tag({ class: name, children }: { class: string; children: string }): JSX.Element {
  return (
    <>
      {' '}
      <span class={`tag ${name}`}>{children}</span>
    </>
  );
}
