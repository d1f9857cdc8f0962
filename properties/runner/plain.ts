/** Entries as JSON can hold them. */
import type { Entry } from '../../sim/history/history.ts';
import { messageOf } from '../../sim/thrown.ts';
import type { EntryResult } from './result.ts';

export function plainEntry({ n, timeUs, process, kind, data, causes }: Entry): EntryResult {
  return { n, timeUs, process, kind, data: plain(data), causes };
}

export function plainEntries(entries: readonly Entry[]): EntryResult[] {
  return entries.map(plainEntry);
}

/** Deeper than this nobody reads it, and a result that holds it could not be read back. */
const DEPTH_MAX = 400;

/** Anything as JSON: big integers as text, and text instead of what cannot be written. */
export function plain(value: unknown): unknown {
  try {
    const text = JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
    if (text === undefined) return null;
    const written: unknown = JSON.parse(text);
    // No shorter text is nested so deeply.
    if (text.length > 2 * DEPTH_MAX) cut(written, 1);
    return written;
  } catch (error) {
    return `(cannot be written: ${messageOf(error)})`;
  }
}

/** Takes out, in place, what is too deep. */
function cut(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  const fields = value as Record<string, unknown>;
  for (const [key, part] of Object.entries(fields)) {
    if (depth < DEPTH_MAX) cut(part, depth + 1);
    else if (typeof part === 'object' && part !== null) fields[key] = '(nested deeper)';
  }
}
