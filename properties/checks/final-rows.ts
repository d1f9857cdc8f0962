/** The rows that a run leaves in a table: its committed changes, folded in order. */
import type { Happened } from '../../sim/history/history.ts';
import { patternOf, type Selector } from '../../sim/selectors.ts';
import type { Entry } from '../property.ts';

export interface FinalRow {
  readonly key: string;
  readonly row: unknown;
  /** The change that made it what it is. */
  readonly entry: Entry;
}

/** @param of any selector of the table */
export function finalRows(entries: readonly Entry[], of: Selector<never> | Selector<unknown>): readonly FinalRow[] {
  const { component, channel } = patternOf(of);
  const rows = new Map<string, FinalRow>();
  for (const entry of entries) {
    const { kind } = entry;
    if (kind !== 'seeded' && kind !== 'inserted' && kind !== 'updated' && kind !== 'deleted') continue;
    const data = entry.data as Happened;
    if (data.component !== component || data.channels[0] !== channel) continue;
    const key = String(data.about?.['key']);
    if (kind === 'deleted') rows.delete(key);
    else rows.set(key, { key, row: data.value, entry });
  }
  return [...rows.values()];
}
