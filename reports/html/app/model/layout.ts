/** Where rows stand on the page, in pixels: one below the other, or by virtual time. */
import type { Run } from './run.ts';
import type { Row } from './rows.ts';

export interface Layout {
  readonly height: number;
  /** The middle of a row. */
  y(row: number): number;
  /** The first row whose middle is not above. */
  from(y: number): number;
}

export function byRow(rows: number, rowPx: number): Layout {
  return {
    height: rows * rowPx,
    y: (row) => row * rowPx + rowPx / 2,
    from: (y) => Math.min(rows, Math.max(0, Math.ceil((y - rowPx / 2) / rowPx))),
  };
}

/** Browsers draw no page higher than this. */
const HEIGHT_MAX_PX = 8_000_000;
const EDGE_PX = 14;

export function byTime(run: Run, rows: readonly Row[], pxPerMs: number): Layout {
  const times = rows.map(({ at }) => run.entries[at]?.timeUs ?? 0);
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const pxPerUs = Math.min(pxPerMs / 1000, HEIGHT_MAX_PX / Math.max(1, last - first));
  const y = (row: number): number => EDGE_PX + ((times[row] ?? last) - first) * pxPerUs;
  return {
    height: Math.ceil((last - first) * pxPerUs) + 2 * EDGE_PX,
    y,
    from: (wanted) => firstWhere(times.length, (row) => y(row) >= wanted),
  };
}

/** The first number below `length` that passes, where all behind it pass, too. */
export function firstWhere(length: number, passes: (n: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
