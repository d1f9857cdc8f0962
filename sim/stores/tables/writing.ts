/**
 * The statements that write. Each is tried until it is not blocked; what it has done by then (its row stands under its key
 * while it waits for a unique column) stays done.
 */
import type { Access } from './access.ts';
import type { Write } from './transaction.ts';
import { type Blocked, keyTaken, valueTaken, violation } from './unique.ts';
import { type Row, Version } from './version.ts';

/** One try: what it answers, or who must end before the next try. */
export type Attempt<T> = () => { readonly ok: T } | Blocked;

const DONE = { ok: undefined };

export function insert(at: Access, row: Row): Attempt<void> {
  const { table, tx } = at;
  const key = table.keyOf(row);
  at.writes(key);
  let write: Write | undefined;
  return () => {
    if (!write) {
      const taken = keyTaken(table, tx, key);
      if (taken && 'on' in taken) return taken;
      at.indexes();
      if (taken) throw violation(table, table.shape.key, row);
      write = at.write(key, row);
    }
    return at.index(write, row) ?? DONE;
  };
}

/** Looks at all constraints before it writes anything, so it holds nothing while it waits. */
export function insertIfAbsent(at: Access, row: Row): Attempt<boolean> {
  const { table, tx } = at;
  const key = table.keyOf(row);
  return () => {
    for (let nth = 0; nth < table.unique.length; nth++) {
      const taken = nth === 0 ? keyTaken(table, tx, key) : valueTaken(table, tx, row, nth);
      if (taken && 'on' in taken) return taken;
      if (!taken) continue;
      at.told(taken.by);
      return { ok: false };
    }
    at.writes(key);
    at.indexes();
    return at.index(at.write(key, row), row) ?? { ok: true };
  };
}

/** `INSERT ... ON CONFLICT (key) DO UPDATE` of the whole row. */
export function put(at: Access, row: Row): Attempt<void> {
  const { table, tx } = at;
  const key = table.keyOf(row);
  let write: Write | undefined;
  let found: Version | undefined;
  return () => {
    if (!write) {
      // It waits for the row that it found, so to a snapshot the row may not go.
      if (found) at.current(found);
      const taken = keyTaken(table, tx, key);
      if (taken && 'on' in taken) return taken;
      if (taken?.by instanceof Version) {
        found = taken.by;
        const blocked = at.blocked(key);
        if (blocked) return blocked;
        at.mustSee(found);
        at.writes(key, found);
      } else at.writes(key);
      const before = taken?.by.row;
      write = at.write(key, row);
      // An update that leaves all that is indexed as it was leaves the indexes alone.
      if (before && table.unique.every((column) => before[column] === row[column])) write.indexed = table.unique.length;
      else at.indexes();
    }
    return at.index(write, row) ?? DONE;
  };
}

export function remove(at: Access, key: string): Attempt<boolean> {
  const { table, tx } = at;
  const seen = at.get(key);
  const older = table.shadowed(key, tx);
  return () => {
    if (older) at.current(older);
    const now = seen instanceof Version ? at.current(seen) : seen;
    if (!now) return { ok: false };
    const blocked = at.blocked(key);
    if (blocked) return blocked;
    at.writes(key, now instanceof Version ? now : undefined);
    table.take(key, tx).isDeleted = true;
    return { ok: true };
  };
}
