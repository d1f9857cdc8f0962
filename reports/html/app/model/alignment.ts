/** Two histories side by side: entries that say the same stand in one row, whatever their times and numbers. */
import type { EntryResult } from '../../../../properties/runner/result.ts';
import { wordsOf } from '../../../words.ts';
import { processOf } from './lanes.ts';

export interface Pair {
  readonly run?: EntryResult;
  readonly twin?: EntryResult;
  /** It stands alone here, and says the same as one that stands alone on the other side: it came at another time. */
  readonly moved?: EntryResult;
}

/**
 * The longest common sequence stays together; what only one of them has stands alone, the run's before the twin's. Past
 * `editsMax` differences the rest is shown as it is, one history after the other: nobody compares that by eye.
 */
export function aligned(run: readonly EntryResult[], twin: readonly EntryResult[], editsMax = 2_000): readonly Pair[] {
  const [left, right] = [run.map(saidBy), twin.map(saidBy)];
  const pairs: Pair[] = [];
  let [i, j] = [0, 0];
  for (const [a, b] of [...common(left, right, editsMax), [run.length, twin.length] as const]) {
    while (i < a) pairs.push({ run: run[i++] as EntryResult });
    while (j < b) pairs.push({ twin: twin[j++] as EntryResult });
    if (i < run.length && j < twin.length) pairs.push({ run: run[i++] as EntryResult, twin: twin[j++] as EntryResult });
  }
  return withMoved(pairs);
}

export function saidBy(entry: EntryResult): string {
  return `${processOf(entry.process)} ${wordsOf(entry)}`;
}

function withMoved(pairs: readonly Pair[]): readonly Pair[] {
  const alone = { run: new Map<string, EntryResult[]>(), twin: new Map<string, EntryResult[]>() };
  for (const { run, twin } of pairs) {
    if (run && twin) continue;
    const entry = (run ?? twin) as EntryResult;
    const of = alone[run ? 'run' : 'twin'];
    of.set(saidBy(entry), [...(of.get(saidBy(entry)) ?? []), entry]);
  }
  return pairs.map((pair) => {
    if (pair.run && pair.twin) return pair;
    const moved = alone[pair.run ? 'twin' : 'run'].get(saidBy((pair.run ?? pair.twin) as EntryResult))?.shift();
    return moved ? { ...pair, moved } : pair;
  });
}

/**
 * Pairs of places that belong to a longest common sequence, in order, by Myers' greedy algorithm ("An O(ND) Difference
 * Algorithm and Its Variations", 1986): for each number of edits, how far each diagonal reaches.
 */
function common(
  left: readonly string[],
  right: readonly string[],
  editsMax: number,
): readonly (readonly [number, number])[] {
  const reaches: ReadonlyMap<number, number>[] = [];
  let reach = new Map<number, number>([[1, 0]]);
  for (let edits = 0; edits <= Math.min(editsMax, left.length + right.length); edits++) {
    const next = new Map<number, number>();
    reaches.push(reach);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = step(reach, diagonal, edits);
      while (x < left.length && x - diagonal < right.length && left[x] === right[x - diagonal]) x++;
      next.set(diagonal, x);
      if (x >= left.length && x - diagonal >= right.length) return walked(reaches, left.length, right.length, edits);
    }
    reach = next;
  }
  return [];
}

/** Where a diagonal starts with one more edit. */
function step(reach: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
  return comesDown(reach, diagonal, edits) ? (reach.get(diagonal + 1) ?? 0) : (reach.get(diagonal - 1) ?? -1) + 1;
}

/** From the diagonal above, or from the one below: whichever reaches further. */
function comesDown(reach: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean {
  const [above, below] = [reach.get(diagonal + 1) ?? 0, reach.get(diagonal - 1) ?? -1];
  return diagonal === -edits || (diagonal !== edits && below < above);
}

function walked(
  reaches: readonly ReadonlyMap<number, number>[],
  x: number,
  y: number,
  edits: number,
): readonly (readonly [number, number])[] {
  const pairs: [number, number][] = [];
  let [atX, atY] = [x, y];
  for (let left = edits; left >= 0; left--) {
    const reach = reaches[left] as ReadonlyMap<number, number>;
    const diagonal = atX - atY;
    const startX = step(reach, diagonal, left);
    while (atX > startX && atX > diagonal) pairs.push([--atX, --atY]);
    if (left === 0) break;
    if (comesDown(reach, diagonal, left)) atY--;
    else atX--;
  }
  return pairs.toReversed();
}
