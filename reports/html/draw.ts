/** Draws rows, lanes and arrows as SVG. Numbers are rounded, so that the same picture is the same text everywhere. */
import type { EntryResult } from '../../properties/runner/result.ts';
import { wordsOf } from '../words.ts';
import { type Arrow, arrowsOf, type Point } from './arrows.ts';
import type { Lanes } from './lanes.ts';
import { type Stretch, stretchesOf } from './life.ts';
import { html, type Markup } from './markup.ts';
import type { Row } from './rows.ts';

/** Pixels; the style sheet's rows are as high. */
export const ROW_PX = 26;
export const LANE_PX = 88;

const DOT_PX = 5;
const HEAD_PX = 7;
/** An arrow over more rows than this crosses much: it is drawn fainter. */
const LONG_ROWS = 8;

export function drawing(rows: readonly Row[], lanes: Lanes, evidence: ReadonlySet<number>): Markup {
  const width = lanes.all.length * LANE_PX;
  const height = rows.length * ROW_PX;
  const marks = rows.map((row, n) => (row.what === 'entry' ? mark(row.entry, n, lanes, evidence) : false));
  return html`<svg class="drawing" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" aria-hidden="true" focusable="false">
${stretchesOf(rows, lanes).map(stretch)}
${arrowsOf(rows, lanes).map(arrow)}
${marks}
</svg>`;
}

function xOf(lane: number): number {
  return lane * LANE_PX + LANE_PX / 2;
}

function yOf({ row }: Point): number {
  return row * ROW_PX + ROW_PX / 2;
}

function stretch({ lane, from, to, style }: Stretch): Markup {
  const x = xOf(lane);
  const [top, bottom] = [from * ROW_PX, to * ROW_PX];
  if (style === 'out')
    return html`<rect class="out" x="${x - 14}" y="${top}" width="28" height="${bottom - top}" rx="4"/>`;
  return html`<path class="lane ${style}" d="M${x} ${top}V${bottom}"/>`;
}

function arrow({ n, from, to, what }: Arrow): Markup {
  const drawn = from.lane === to.lane ? bow(from, to) : straight(from, to, what);
  return html`<g data-n="${n}">${drawn}</g>`;
}

/** Within a lane: round whatever stands between. */
function bow(from: Point, to: Point): Markup {
  const x = xOf(from.lane) - DOT_PX;
  const out = x - Math.min(26, 8 + 2 * (to.row - from.row));
  return html`<path class="arrow cause" d="M${x} ${yOf(from)}C${out} ${yOf(from)} ${out} ${yOf(to)} ${x} ${yOf(to)}"/>`;
}

function straight(from: Point, to: Point, what: Arrow['what']): Markup {
  const [x1, y1, x2, y2] = [xOf(from.lane), yOf(from), xOf(to.lane), yOf(to)];
  const length = Math.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2);
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  const start = marked(from) ? DOT_PX : 0;
  const stop = marked(to) ? DOT_PX + 1 : 1;
  const [tipX, tipY] = [x2 - dx * stop, y2 - dy * stop];
  const [baseX, baseY] = [tipX - dx * HEAD_PX, tipY - dy * HEAD_PX];
  const [sideX, sideY] = [(-dy * HEAD_PX) / 2, (dx * HEAD_PX) / 2];
  const line = `M${px(x1 + dx * start)} ${px(y1 + dy * start)}L${px(baseX)} ${px(baseY)}`;
  const head = `M${px(tipX)} ${px(tipY)}L${px(baseX + sideX)} ${px(baseY + sideY)}L${px(baseX - sideX)} ${px(baseY - sideY)}Z`;
  const reach = to.row - from.row > LONG_ROWS ? 'long' : '';
  return html`<path class="arrow ${what} ${reach}" d="${line}"/><path class="head ${what}" d="${head}"/>`;
}

/** Whether an entry's own mark stands there, which an arrow must not run into. */
function marked(point: Point): boolean {
  return 'entry' in point;
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function mark(entry: EntryResult, row: number, lanes: Lanes, evidence: ReadonlySet<number>): Markup {
  const lane = lanes.at(entry);
  const [x, y] = [xOf(lane), yOf({ lane, row })];
  const ring = evidence.has(entry.n) && html`<circle class="ring" cx="${x}" cy="${y}" r="${DOT_PX + 4}"/>`;
  return html`<g data-n="${entry.n}"><title>${wordsOf(entry)}</title>${ring}${sign(entry.kind, x, y)}</g>`;
}

/** A crash is a cross and a fault a triangle, so that they are told apart without colours. */
function sign(kind: string, x: number, y: number): Markup {
  if (kind === 'crashed')
    return html`<path class="crash" d="M${x - 6} ${y - 6}L${x + 6} ${y + 6}M${x + 6} ${y - 6}L${x - 6} ${y + 6}"/>`;
  if (kind === 'fault' || kind === 'outage')
    return html`<path class="bolt" d="M${x} ${y - 8}L${x + 8} ${y + 6}H${x - 8}Z"/>`;
  return html`<circle class="dot" cx="${x}" cy="${y}" r="${DOT_PX}"/>`;
}
