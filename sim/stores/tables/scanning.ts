/** Scans, and the locks that they take. */
import type { Access } from './access.ts';
import { type Row, type Seen, Version } from './version.ts';
import type { Attempt } from './writing.ts';

export interface ScanOptions {
  readonly where?: ((row: Row) => boolean) | undefined;
  readonly orderBy?: string | undefined;
  readonly limit?: number | undefined;
  readonly forUpdate?: 'wait' | 'skip locked' | undefined;
}

export function scan(at: Access, o: ScanOptions): Attempt<readonly Row[]> {
  const found = inOrder(
    at.scan().filter(({ row }) => o.where?.(row) ?? true),
    o.orderBy,
  );
  const limit = o.limit ?? found.length;
  if (o.forUpdate) return lock(at, found, { ...o, limit });
  return () => ({ ok: found.slice(0, limit).map(({ row }) => row) });
}

/**
 * Locks what was found, row by row, up to the limit. Read committed looks again at a row that was changed meanwhile: if it
 * does not match any more the next one takes its place; the order stays that of the first look.
 */
function lock(
  at: Access,
  found: readonly Seen[],
  { where, limit, forUpdate }: ScanOptions & { limit: number },
): Attempt<readonly Row[]> {
  const { table, tx } = at;
  const rows: Row[] = [];
  let next = 0;
  let waited: Seen | undefined;
  return () => {
    for (; next < found.length && rows.length < limit; next++) {
      const seen = found[next] as Seen;
      // Who has begun to wait for a row waits for those who have its newer version too, before it looks at what became of it.
      const still = seen === waited && seen instanceof Version && seen.latest ? at.blocked(seen.key) : undefined;
      if (still) return still;
      const now = seen instanceof Version ? at.current(seen) : seen;
      if (!now) continue;
      const blocked = at.blocked(now.key);
      if (blocked && forUpdate === 'skip locked') continue;
      if (blocked) {
        waited = seen;
        return blocked;
      }
      table.hold(now.key, tx);
      if (now === seen || (where?.(now.row) ?? true)) rows.push(now.row);
    }
    return { ok: rows };
  };
}

function inOrder(found: Seen[], by: string | undefined): Seen[] {
  return by === undefined ? found : found.toSorted((a, b) => compare(a.row[by], b.row[by]));
}

/** Numbers by size, all else by UTF-16 units, so that no locale has a say; missing values last, as in PostgreSQL. */
function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === undefined || a === null) return 1;
  if (b === undefined || b === null) return -1;
  if ((typeof a === 'number' || typeof a === 'bigint') && (typeof b === 'number' || typeof b === 'bigint'))
    return a < b ? -1 : Number(a > b);
  return String(a) < String(b) ? -1 : 1;
}
