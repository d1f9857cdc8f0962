/** The rows of a time line: a row for each entry, a row for each stretch in which nothing is shown. */
import type { EntryResult } from '../../properties/runner/result.ts';
import { count } from '../text.ts';
import { gap } from '../time.ts';
import { wordsOf } from '../words.ts';
import type { Chosen } from './chosen.ts';

export interface EntryRow {
  readonly what: 'entry';
  readonly entry: EntryResult;
  /** Its words need a second row: the one that follows is the rest of it. */
  readonly isTall: boolean;
}

export type Row = EntryRow | { readonly what: 'rest' } | { readonly what: 'gap'; readonly words: string };

/** Shorter than this, latencies explain a gap; longer, somebody waits for something. */
const IDLE_US = 50_000;

/** A fault is the one entry whose words are never cut for want of room: about as many characters fit into a line. */
const LINE_MAX = 42;

const STRUCK: ReadonlySet<string> = new Set(['fault', 'outage', 'crashed', 'stopping', 'stopped']);

/** What Eddy did to the run. */
export function isStruck({ kind }: EntryResult): boolean {
  return STRUCK.has(kind);
}

export function rowsOf({ entries, cut }: Chosen): readonly Row[] {
  const rows: Row[] = [];
  let before: EntryResult | undefined;
  let skipped = 0;
  for (const entry of entries) {
    const words = before ? between(before, entry) : { idle: '', left: entry.n };
    skipped += words.left;
    const said = [words.idle, leftOut(words.left)].filter(Boolean).join(', ');
    if (said !== '') rows.push({ what: 'gap', words: said });
    const isTall = isStruck(entry) && wordsOf(entry).length > LINE_MAX;
    rows.push({ what: 'entry', entry, isTall });
    if (isTall) rows.push({ what: 'rest' });
    before = entry;
  }
  if (cut > skipped) rows.push({ what: 'gap', words: leftOut(cut - skipped) });
  return rows;
}

function between(before: EntryResult, entry: EntryResult): { idle: string; left: number } {
  const us = entry.timeUs - before.timeUs;
  return { idle: us >= IDLE_US ? gap(us) : '', left: Math.max(0, entry.n - before.n - 1) };
}

function leftOut(n: number): string {
  return n > 0 ? `${count(n, 'entry', 'entries')} not shown` : '';
}
