/** The run explorer: a space-time diagram with all that one does with it. What is set here stands in the address. */
import type { JSX, RefObject } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { usePage } from '../context.ts';
import { arrowsOf, arrowsWithin } from '../model/arrows.ts';
import { filtered } from '../model/filter.ts';
import { byRow, byTime, type Layout } from '../model/layout.ts';
import { stretchesOf } from '../model/life.ts';
import { type Row, rowsOf } from '../model/rows.ts';
import { coneAround, type Run } from '../model/run.ts';
import { readRoute, type Route, ZOOM_MAX } from '../route.ts';
import { Details } from './details.tsx';
import { Diagram } from './diagram.tsx';
import { save, svgOf } from './export.ts';
import { useKeys } from './keys.ts';
import { mermaidOf } from './mermaid.ts';
import { Minimap } from './minimap.tsx';
import { Toolbar } from './toolbar.tsx';

const ROW_PX = 26;
/** The whole run is about three screens high where distances are time. */
const TIME_PX = 2_400;

interface Of {
  readonly run: Run;
  /** Entries that the result left out. */
  readonly cut: number;
  /** What a saved picture is called. */
  readonly id: string;
}

export function Explorer({ run, cut, id }: Of): JSX.Element {
  const { route, go, say } = usePage();
  const scroller = useRef<HTMLDivElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const shown = useShown(run, route);
  const rows = useMemo(() => rowsOf(run, shown, !route.trueTime), [run, shown, route.trueTime]);
  const { layout, rowPx, lanePx } = useLayoutOf(run, rows, route, width);
  const arrows = useMemo(() => arrowsOf(run, rows), [run, rows]);
  const within = useMemo(() => arrowsWithin(arrows), [arrows]);
  const stretches = useMemo(() => stretchesOf(run, rows), [run, rows]);
  const { event: chosen } = route;
  const lit = useMemo(
    () => (chosen === undefined || !run.indexOf.has(chosen) ? undefined : coneAround(run, chosen)),
    [run, chosen],
  );
  const choose = (n: number | undefined): void => go({ event: n });
  useFollow(scroller, layout, run, rows, chosen);
  const actions = {
    zoom: (by: number) => {
      const { zoom } = readRoute(location.hash);
      go({ zoom: by === 0 ? 0 : Math.max(-ZOOM_MAX, Math.min(ZOOM_MAX, zoom + by)) });
    },
    mermaid: () => mermaidOf(run, shown),
    svg: () => {
      save(`${id}.svg`, svgOf({ run, rows, arrows, stretches }), 'image/svg+xml');
      say('saved as SVG');
    },
  };
  const onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    actions.zoom(event.deltaY < 0 ? 1 : -1);
  };
  useKeys({ run, shown, scroller, choose, actions });
  usePan(scroller);
  return (
    <div class="explorer" ref={place}>
      <Toolbar run={run} shown={shown.length} cut={cut} actions={actions} />
      <div class="panes">
        <div class="canvas" onWheel={onWheel}>
          <Diagram
            {...{ run, rows, layout, rowPx, lanePx, stretches, chosen, lit, choose, scroller }}
            arrows={within}
          />
          <Minimap {...{ run, rows, layout, scroller, chosen }} />
        </div>
        <Details run={run} choose={choose} />
      </div>
    </div>
  );
}

function useShown(run: Run, { lanes, kinds, types, ids, text, cone }: Route): readonly number[] {
  const key = JSON.stringify([[...lanes], [...kinds], [...types], [...ids]]);
  return useMemo(() => filtered(run, { lanes, kinds, types, ids, text, cone }), [run, key, text, cone]);
}

function useWidth(place: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(1000);
  useLayoutEffect(() => {
    const at = place.current;
    if (!at) return undefined;
    const look = (): void => setWidth(at.clientWidth);
    look();
    const observer = new ResizeObserver(look);
    observer.observe(at);
    return () => observer.disconnect();
  }, [place]);
  return width;
}

interface Sizes {
  readonly layout: Layout;
  readonly rowPx: number;
  readonly lanePx: number;
}

/** Rows and lanes as large as the zoom and the room say. */
function useLayoutOf(run: Run, rows: readonly Row[], { trueTime, zoom }: Route, width: number): Sizes {
  const factor = 1.25 ** zoom;
  const rowPx = trueTime ? ROW_PX : Math.max(3, Math.min(64, Math.round(ROW_PX * factor)));
  const room = (width * (width < 700 ? 0.34 : 0.27)) / Math.max(1, run.lanes.all.length);
  const lanePx = Math.round(Math.max(14, Math.min(88, room)) * (trueTime ? 1 : Math.max(0.6, Math.min(1.6, factor))));
  const layout = useMemo(() => {
    if (!trueTime) return byRow(rows.length, rowPx);
    const [first, last] = [run.entries[rows[0]?.at ?? 0], run.entries[rows.at(-1)?.at ?? 0]];
    const ms = Math.max(1, ((last?.timeUs ?? 0) - (first?.timeUs ?? 0)) / 1000);
    return byTime(run, rows, (TIME_PX / ms) * 1.6 ** zoom);
  }, [run, rows, trueTime, zoom, rowPx]);
  return { layout, rowPx, lanePx };
}

/** The chosen entry stays in sight. */
function useFollow(
  scroller: RefObject<HTMLDivElement | null>,
  layout: Layout,
  run: Run,
  rows: readonly Row[],
  chosen: number | undefined,
): void {
  useLayoutEffect(() => {
    const at = scroller.current;
    if (!at || chosen === undefined) return;
    const index = run.indexOf.get(chosen);
    const row = rows.findIndex((one) => one.at === index);
    if (row < 0) return;
    const y = layout.y(row) + HEADS_PX;
    if (y < at.scrollTop + 2 * HEADS_PX || y > at.scrollTop + at.clientHeight - HEADS_PX)
      at.scrollTop = y - at.clientHeight / 2;
  }, [layout, chosen, rows, run]);
}

const HEADS_PX = 34;

/** Moved less than this, a press is no drag. */
const STILL_PX = 4;

/** Pressing on the lanes and moving takes the diagram along. */
function usePan(scroller: RefObject<HTMLDivElement | null>): void {
  useLayoutEffect(() => {
    const at = scroller.current;
    if (!at) return undefined;
    let from: { readonly x: number; readonly y: number; readonly left: number; readonly top: number } | undefined;
    let isMoved = false;
    const down = (event: PointerEvent): void => {
      const right = at.querySelector('.lines')?.getBoundingClientRect().right ?? 0;
      if (event.pointerType !== 'mouse' || event.clientX > right) return;
      isMoved = false;
      from = { x: event.clientX, y: event.clientY, left: at.scrollLeft, top: at.scrollTop };
    };
    const move = (event: PointerEvent): void => {
      if (!from) return;
      isMoved ||= Math.abs(event.clientX - from.x) + Math.abs(event.clientY - from.y) > STILL_PX;
      at.scrollLeft = from.left + from.x - event.clientX;
      at.scrollTop = from.top + from.y - event.clientY;
    };
    const up = (): void => {
      from = undefined;
    };
    const select = (event: Event): void => {
      if (from) event.preventDefault();
    };
    // The press that ends a drag chooses nothing.
    const press = (event: Event): void => {
      if (isMoved) event.stopPropagation();
      isMoved = false;
    };
    at.addEventListener('pointerdown', down);
    at.addEventListener('selectstart', select);
    at.addEventListener('click', press, true);
    addEventListener('pointermove', move);
    addEventListener('pointerup', up);
    return () => {
      at.removeEventListener('pointerdown', down);
      at.removeEventListener('selectstart', select);
      at.removeEventListener('click', press, true);
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', up);
    };
  }, [scroller]);
}
