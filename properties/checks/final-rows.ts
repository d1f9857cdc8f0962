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

/** The rows of a table as its changes come in. */
export class RowsSeen {
  readonly rows = new Map<string, FinalRow>();
  /** The last deletion of each key; it may be there again. */
  readonly gone = new Map<string, Entry>();
  readonly #table: { readonly component: string; readonly channel: string | undefined };

  /** @param of any selector of the table */
  constructor(of: Selector<never> | Selector<unknown>) {
    this.#table = patternOf(of);
  }

  see(entry: Entry): void {
    const { kind } = entry;
    if (kind !== 'seeded' && kind !== 'inserted' && kind !== 'updated' && kind !== 'deleted') return;
    const data = entry.data as Happened;
    if (data.component !== this.#table.component || data.channels[0] !== this.#table.channel) return;
    const key = String(data.about?.['key']);
    if (kind === 'deleted') {
      this.rows.delete(key);
      this.gone.set(key, entry);
    } else this.rows.set(key, { key, row: data.value, entry });
  }
}

/** @param of any selector of the table */
export function finalRows(entries: readonly Entry[], of: Selector<never> | Selector<unknown>): readonly FinalRow[] {
  const seen = new RowsSeen(of);
  for (const entry of entries) seen.see(entry);
  return [...seen.rows.values()];
}
