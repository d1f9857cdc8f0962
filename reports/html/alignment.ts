/** Two histories side by side: entries that say the same stand in one row, whatever their times and numbers. */
import type { EntryResult } from '../../properties/runner/result.ts';
import { wordsOf } from '../words.ts';
import { processOf } from './lanes.ts';

export interface Pair {
  readonly run?: EntryResult;
  readonly twin?: EntryResult;
}

/** The longest common sequence stays together; what only one of them has stands alone, the run's before the twin's. */
export function aligned(run: readonly EntryResult[], twin: readonly EntryResult[]): readonly Pair[] {
  const [left, right] = [run.map(saidBy), twin.map(saidBy)];
  const longest = lengths(left, right);
  const pairs: Pair[] = [];
  for (let i = 0, j = 0; i < run.length || j < twin.length; ) {
    const [a, b] = [run[i], twin[j]];
    if (a && b && left[i] === right[j]) {
      pairs.push({ run: a, twin: b });
      i++;
      j++;
    } else if (a && (!b || at(longest, i + 1, j) >= at(longest, i, j + 1))) {
      pairs.push({ run: a });
      i++;
    } else if (b) {
      pairs.push({ twin: b });
      j++;
    }
  }
  return pairs;
}

function saidBy(entry: EntryResult): string {
  return `${processOf(entry.process)} ${wordsOf(entry)}`;
}

/** The length of the longest common sequence of what is left, from each pair of places on. */
function lengths(left: readonly string[], right: readonly string[]): readonly (readonly number[])[] {
  const table = Array.from({ length: left.length + 1 }, () => Array.from({ length: right.length + 1 }, () => 0));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      const row = table[i] as number[];
      row[j] = left[i] === right[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), at(table, i, j + 1));
    }
  }
  return table;
}

function at(table: readonly (readonly number[])[], i: number, j: number): number {
  return table[i]?.[j] ?? 0;
}
