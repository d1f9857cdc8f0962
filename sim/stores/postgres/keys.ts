/** Names for rows: their primary key, or, in a table that has none, a number that stays with what the row holds. */
import type { Change } from './changes.ts';

export class RowKeys {
  readonly #byContent = new Map<string, string[]>();
  #made = 0;

  of({ table, kind, key, row, rowBefore }: Change): string {
    if (key !== undefined) return key;
    if (kind === 'inserted' || kind === 'seeded') return this.#keep(table, row, `row ${++this.#made}`);
    const known = this.#byContent.get(contentOf(table, rowBefore ?? row))?.shift() ?? `row ${++this.#made}`;
    return kind === 'updated' ? this.#keep(table, row, known) : known;
  }

  #keep(table: string, row: Change['row'], key: string): string {
    const content = contentOf(table, row);
    const alike = this.#byContent.get(content);
    if (alike) alike.push(key);
    else this.#byContent.set(content, [key]);
    return key;
  }
}

function contentOf(table: string, row: Change['row']): string {
  return `${table} ${JSON.stringify(row)}`;
}
