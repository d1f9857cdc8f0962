/** Conservation: replaying the committed changes, in order, gives the tables; of a history that is not kept nothing can be said. */
import type { Happened, History } from '../../history/history.ts';
import type { Database } from './database.ts';

export function tablesReplayed(
  component: string,
  database: Database,
  { entries, hashes, isWhole }: History,
): string | undefined {
  if (!isWhole) return undefined;
  const replayed = new Map<string, number>();
  for (const { kind, data } of entries) {
    if (kind !== 'seeded' && kind !== 'inserted' && kind !== 'updated' && kind !== 'deleted') continue;
    const happened = data as Happened;
    if (happened.component !== component) continue;
    const row = `${happened.channels[0]}/${String(happened.about?.['key'])}`;
    if (kind === 'deleted') replayed.delete(row);
    else replayed.set(row, hashes.of(happened.value));
  }
  let rows = 0;
  for (const [table, { live }] of database.tables) {
    rows += live.size;
    for (const [key, { row }] of live) {
      if (replayed.get(`${table}/${key}`) !== hashes.of(row)) {
        return `store ${component}: row ${table}/${key} is not what its commits make it`;
      }
    }
  }
  return rows === replayed.size
    ? undefined
    : `store ${component}: ${replayed.size} rows by its commits, ${rows} in its tables`;
}
