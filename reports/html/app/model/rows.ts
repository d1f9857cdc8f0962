/** What stands in the diagram from top to bottom: an entry a row, and a row for each stretch in which nothing happens or is shown. */
import type { EntryResult } from '../../../../properties/runner/result.ts';
import { count } from '../../../text.ts';
import { gap } from '../../../time.ts';
import type { Run } from './run.ts';

export interface Row {
  /** Index of the entry in the run; -1 for a gap. */
  readonly at: number;
  /** Of a gap. */
  readonly words: string;
}

/** Shorter than this, latencies explain a gap; longer, somebody waits for something. */
export const IDLE_US = 50_000;

const STRUCK: ReadonlySet<string> = new Set(['fault', 'outage', 'crashed', 'stopping', 'stopped']);

/** What Eddy did to the run. */
export function isStruck({ kind }: EntryResult): boolean {
  return STRUCK.has(kind);
}

/** @param withGaps false where the distance on the page says how long it was */
export function rowsOf(run: Run, shown: readonly number[], withGaps: boolean): readonly Row[] {
  const rows: Row[] = [];
  let before = -1;
  for (const at of shown) {
    const words = withGaps ? between(run, before, at) : '';
    if (words !== '') rows.push({ at: -1, words });
    rows.push({ at, words: '' });
    before = at;
  }
  const left = run.entries.length - 1 - before;
  if (withGaps && left > 0) rows.push({ at: -1, words: hidden(left) });
  return rows;
}

function between(run: Run, before: number, at: number): string {
  const entry = run.entries[at] as EntryResult;
  const last = before < 0 ? undefined : run.entries[before];
  const us = last ? entry.timeUs - last.timeUs : 0;
  return [us >= IDLE_US ? gap(us) : '', hidden(at - before - 1)].filter(Boolean).join(', ');
}

function hidden(n: number): string {
  return n > 0 ? `${count(n, 'entry', 'entries')} hidden` : '';
}
