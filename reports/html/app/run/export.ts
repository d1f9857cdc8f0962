/** The shown slice as a picture of its own: SVG with its colours in it, that opens anywhere. */
import { oneLine } from '../../../text.ts';
import { duration } from '../../../time.ts';
import type { Arrow } from '../model/arrows.ts';
import { byRow } from '../model/layout.ts';
import type { Stretch } from '../model/life.ts';
import { isStruck, type Row } from '../model/rows.ts';
import type { Run } from '../model/run.ts';
import { drawn, type Geometry, signOf, signPath, xOf } from './geometry.ts';

const ROW_PX = 24;
const LANE_PX = 88;
const TIME_PX = 84;
const HEAD_PX = 30;
const WORDS_PX = 720;
/** More is no picture. */
export const ROWS_MAX = 2_000;

const STYLE = `text{font:12px system-ui,sans-serif;fill:#1b2330}.soft{fill:#566172}.head{font-weight:600}.lane{stroke:#a9b3c1;stroke-width:2}
.arrow{fill:none;stroke:#5b6b80;stroke-width:1.4}.cause{stroke-dasharray:5 3}.tip{fill:#5b6b80}.dot,.start{fill:#1b2330}.crash{stroke:#b3151f;stroke-width:3;fill:none}
.bolt{fill:#b3151f}.out{fill:#b3151f;fill-opacity:.2}.struck{fill:#fdeaea}.evidence{fill:#f1e8fc}.ring{fill:none;stroke:#6b2fb3;stroke-width:2}`;

interface Slice {
  readonly run: Run;
  readonly rows: readonly Row[];
  readonly arrows: readonly Arrow[];
  readonly stretches: readonly Stretch[];
}

export function svgOf({ run, rows: all, arrows, stretches }: Slice): string {
  const rows = all.slice(0, ROWS_MAX);
  const geometry: Geometry = { layout: byRow(rows.length, ROW_PX), lanePx: LANE_PX, dotPx: 5 };
  const lanesPx = run.lanes.all.length * LANE_PX;
  const [width, height] = [TIME_PX + lanesPx + WORDS_PX, HEAD_PX + rows.length * ROW_PX + 8];
  const heads = run.lanes.all.map(
    ({ name }, lane) =>
      `<text class="head" x="${TIME_PX + xOf(geometry, lane)}" y="20" text-anchor="middle">${escaped(name)}</text>`,
  );
  const lines = stretches
    .filter(({ from }) => from < rows.length)
    .map((stretch) => lineOf(stretch, geometry, rows.length));
  const shots = arrows
    .filter(({ to }) => to.row < rows.length)
    .map((arrow) => {
      const { line, head } = drawn(geometry, arrow);
      return `<path class="arrow ${arrow.what}" d="${line}"/>${head === '' ? '' : `<path class="tip" d="${head}"/>`}`;
    });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><style>${STYLE}</style>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...heads,
    `<g transform="translate(0 ${HEAD_PX})">`,
    ...rows.map((row, n) => bandOf(run, row, n, width)),
    `<g transform="translate(${TIME_PX} 0)">`,
    ...lines,
    ...shots,
    ...rows.map((row, n) => markOf(run, row, n, geometry)),
    '</g>',
    ...rows.map((row, n) => wordsOf(run, row, n, TIME_PX + lanesPx + 10)),
    '</g></svg>\n',
  ].join('\n');
}

function lineOf({ lane, from, to, style }: Stretch, geometry: Geometry, rows: number): string {
  const x = xOf(geometry, lane);
  const y1 = from < 0 ? 0 : geometry.layout.y(from);
  const y2 = to >= rows ? geometry.layout.height : geometry.layout.y(to);
  if (style === 'live') return `<path class="lane" d="M${x} ${y1}V${y2}"/>`;
  return `<rect class="out" x="${x - 14}" y="${y1}" width="28" height="${y2 - y1}"/>`;
}

function bandOf(run: Run, { at }: Row, row: number, width: number): string {
  const entry = run.entries[at];
  const name = entry && run.evidence.has(entry.n) ? 'evidence' : entry && isStruck(entry) ? 'struck' : '';
  return name === '' ? '' : `<rect class="${name}" x="0" y="${row * ROW_PX}" width="${width}" height="${ROW_PX}"/>`;
}

function markOf(run: Run, { at }: Row, row: number, geometry: Geometry): string {
  const entry = run.entries[at];
  if (!entry) return '';
  const [x, y] = [xOf(geometry, run.lanes.at(entry)), geometry.layout.y(row)];
  const ring = run.evidence.has(entry.n) ? `<circle class="ring" cx="${x}" cy="${y}" r="9"/>` : '';
  const sign = signOf(entry.kind);
  return `${ring}<path class="${sign}" d="${signPath(sign, x, y, 5)}"/>`;
}

function wordsOf(run: Run, { at, words }: Row, row: number, x: number): string {
  const y = row * ROW_PX + ROW_PX / 2 + 4;
  const entry = run.entries[at];
  if (!entry) return `<text class="soft" x="${x}" y="${y}" font-style="italic">${escaped(words)}</text>`;
  return `<text class="soft" x="${TIME_PX - 10}" y="${y}" text-anchor="end">${duration(entry.timeUs)}</text><text x="${x}" y="${y}"><tspan class="soft">#${entry.n} ${escaped(entry.process)}</tspan> ${escaped(run.words(at))}</text>`;
}

function escaped(text: string): string {
  return oneLine(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Hands a file to the browser, which asks where to put it or puts it among the downloads. */
export function save(name: string, text: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
