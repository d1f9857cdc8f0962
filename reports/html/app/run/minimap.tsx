/** The whole run on one canvas beside the diagram: a press or a drag goes there. It repeats what scrolling does. */
import type { JSX, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Layout } from '../model/layout.ts';
import { isStruck, type Row } from '../model/rows.ts';
import type { Run } from '../model/run.ts';

interface Mapped {
  readonly run: Run;
  readonly rows: readonly Row[];
  readonly layout: Layout;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly chosen: number | undefined;
}

export const MINIMAP_PX = 40;

export function Minimap(mapped: Mapped): JSX.Element {
  const { run, rows, layout, scroller } = mapped;
  const canvas = useRef<HTMLCanvasElement>(null);
  const seen = useRef<HTMLDivElement>(null);
  const dark = useDark();
  useLayoutEffect(() => {
    const at = scroller.current;
    if (!at) return undefined;
    let height = at.clientHeight;
    // Straight into the style, and moved without a layout: it happens at every step of the wheel.
    const look = (): void => {
      const factor = height / Math.max(height, layout.height);
      seen.current?.style.setProperty('transform', `translateY(${at.scrollTop * factor}px)`);
      seen.current?.style.setProperty('height', `${height * factor}px`);
    };
    const resized = new ResizeObserver(() => {
      height = at.clientHeight;
      look();
    });
    resized.observe(at);
    look();
    // Before the diagram's own listener: asked behind what that changes, the place would cost a layout.
    at.addEventListener('scroll', look, { passive: true, capture: true });
    return () => {
      resized.disconnect();
      at.removeEventListener('scroll', look, { capture: true });
    };
  }, [scroller, layout]);
  useEffect(() => {
    if (canvas.current) paint(canvas.current, mapped);
  }, [run, rows, layout, mapped.chosen, dark]);
  const go = (event: PointerEvent): void => {
    const at = scroller.current;
    if (!at || (event.type === 'pointermove' && event.buttons === 0)) return;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    at.scrollTop = ((event.clientY - box.top) / box.height) * at.scrollHeight - at.clientHeight / 2;
  };
  return (
    <div class="minimap" aria-hidden="true" onPointerDown={go} onPointerMove={go}>
      <canvas ref={canvas} />
      <div class="seen" ref={seen} />
    </div>
  );
}

function useDark(): boolean {
  const [query] = useState(() => matchMedia('(prefers-color-scheme: dark)'));
  const [dark, setDark] = useState(query.matches);
  useEffect(() => {
    const change = (): void => setDark(query.matches);
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, []);
  return dark;
}

function paint(canvas: HTMLCanvasElement, { run, rows, layout, chosen }: Mapped): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const height = Math.max(1, canvas.clientHeight);
  const ratio = devicePixelRatio || 1;
  canvas.width = MINIMAP_PX * ratio;
  canvas.height = height * ratio;
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const lanes = Math.max(1, run.lanes.all.length);
  const lanePx = (MINIMAP_PX - 8) / lanes;
  const taken = new Uint8Array(lanes * (height + 1));
  const marks: { readonly y: number; readonly colour: string }[] = [];
  context.fillStyle = colour('--soft');
  for (let row = 0; row < rows.length; row++) {
    const entry = run.entries[(rows[row] as Row).at];
    if (!entry) continue;
    const y = Math.floor((layout.y(row) / layout.height) * height);
    if (entry.n === chosen) marks.push({ y, colour: colour('--link') });
    else if (run.evidence.has(entry.n)) marks.push({ y, colour: colour('--proof') });
    else if (isStruck(entry)) marks.push({ y, colour: colour('--bad') });
    const lane = run.lanes.at(entry);
    if (taken[lane * (height + 1) + y] === 1) continue;
    taken[lane * (height + 1) + y] = 1;
    context.fillRect(4 + lane * lanePx, y, Math.max(1, lanePx - 1), 1);
  }
  for (const mark of marks) {
    context.fillStyle = mark.colour;
    context.fillRect(0, mark.y - 1, MINIMAP_PX, 2);
  }
}
