/** Entries as JSON can hold them. */
import type { Entry } from '../../sim/history/history.ts';
import type { EntryResult } from './result.ts';

export function plainEntry({ n, timeUs, process, kind, data, causes }: Entry): EntryResult {
  return { n, timeUs, process, kind, data: plain(data), causes };
}

export function plainEntries(entries: readonly Entry[]): EntryResult[] {
  return entries.map(plainEntry);
}

/** Anything as JSON: big integers and functions as text. */
export function plain(value: unknown): unknown {
  const text = JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
  return text === undefined ? null : (JSON.parse(text) as unknown);
}
