/** Where things are drawn, in pixels; the diagram on the page and the exported one share it. */
import type { Arrow, Point } from '../model/arrows.ts';
import type { Layout } from '../model/layout.ts';

export interface Geometry {
  readonly layout: Layout;
  readonly lanePx: number;
  /** Radius of an entry's mark. */
  readonly dotPx: number;
}

const HEAD_PX = 7;

export function xOf({ lanePx }: Geometry, lane: number): number {
  return lane * lanePx + lanePx / 2;
}

export interface Drawn {
  readonly line: string;
  /** The arrow's head; empty for a bow within a lane. */
  readonly head: string;
}

export function drawn(geometry: Geometry, { from, to }: Arrow): Drawn {
  return from.lane === to.lane ? { line: bow(geometry, from, to), head: '' } : straight(geometry, from, to);
}

/** Within a lane: round whatever stands between. */
function bow(geometry: Geometry, from: Point, to: Point): string {
  const { layout, dotPx, lanePx } = geometry;
  const x = xOf(geometry, from.lane) - dotPx;
  const out = x - Math.min(lanePx / 2 - dotPx, 8 + 2 * (to.row - from.row));
  const [y1, y2] = [layout.y(from.row), layout.y(to.row)];
  return `M${px(x)} ${px(y1)}C${px(out)} ${px(y1)} ${px(out)} ${px(y2)} ${px(x)} ${px(y2)}`;
}

function straight(geometry: Geometry, from: Point, to: Point): Drawn {
  const { layout, dotPx } = geometry;
  const [x1, y1] = [xOf(geometry, from.lane), layout.y(from.row)];
  const [x2, y2] = [xOf(geometry, to.lane), layout.y(to.row)];
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  const head = Math.min(HEAD_PX, geometry.lanePx / 4);
  const start = from.marked ? dotPx : 0;
  const stop = to.marked ? dotPx + 1 : 1;
  const [tipX, tipY] = [x2 - dx * stop, y2 - dy * stop];
  const [baseX, baseY] = [tipX - dx * head, tipY - dy * head];
  const [sideX, sideY] = [(-dy * head) / 2, (dx * head) / 2];
  return {
    line: `M${px(x1 + dx * start)} ${px(y1 + dy * start)}L${px(baseX)} ${px(baseY)}`,
    head: `M${px(tipX)} ${px(tipY)}L${px(baseX + sideX)} ${px(baseY + sideY)}L${px(baseX - sideX)} ${px(baseY - sideY)}Z`,
  };
}

export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export type Sign = 'dot' | 'crash' | 'bolt' | 'start';

/** A crash is a cross, a fault a triangle, a start a ring, so that they are told apart without colours. */
export function signOf(kind: string): Sign {
  if (kind === 'crashed' || kind === 'stopped' || kind === 'expelled') return 'crash';
  if (kind === 'fault' || kind === 'outage') return 'bolt';
  return kind === 'started' || kind === 'healed' ? 'start' : 'dot';
}

export function signPath(sign: Sign, x: number, y: number, r: number): string {
  if (sign === 'crash')
    return `M${px(x - r)} ${px(y - r)}L${px(x + r)} ${px(y + r)}M${px(x + r)} ${px(y - r)}L${px(x - r)} ${px(y + r)}`;
  if (sign === 'bolt') return `M${px(x)} ${px(y - r * 1.5)}L${px(x + r * 1.5)} ${px(y + r)}H${px(x - r * 1.5)}Z`;
  return `M${px(x - r)} ${px(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
}
