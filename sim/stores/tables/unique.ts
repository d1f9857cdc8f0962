/** Unique constraints, the key among them: whether a value is free, taken, or depends on how another transaction ends. */
import { EddyError } from '../../errors.ts';
import type { Table } from './table.ts';
import type { Transaction, Write } from './transaction.ts';
import type { Row, Seen } from './version.ts';

/** Who must end before a statement can go on; `lock` says what for. */
export interface Blocked {
  readonly on: Transaction;
  readonly lock: string;
}

export type Taken = Blocked | { readonly by: Seen } | undefined;

/** Whether another row has the same key. */
export function keyTaken(table: Table, tx: Transaction, key: string): Taken {
  const own = table.write(key, tx);
  if (own) return own.seen() ? { by: own } : undefined;
  const on = table.holder(key, tx);
  // Who only locked the row will not take it away.
  if (on && table.write(key, on)) return { on, lock: lockOf(table, key) };
  const by = table.live.get(key);
  return by && { by };
}

/** Whether another row has the same value in the n-th unique column; a missing value conflicts with nothing. */
export function valueTaken(table: Table, tx: Transaction, row: Row, nth: number): Taken {
  const column = table.unique[nth] as string;
  const value = row[column];
  if (value === undefined || value === null) return undefined;
  for (const [key, on] of table.holders) {
    const write = on === tx ? undefined : table.write(key, on);
    if (write && holds(write, column, value, nth)) return { on, lock: `${table.name}.${column}=${String(value)}` };
  }
  const key = table.keyOf(row);
  for (const by of table.live.values()) {
    if (by.key !== key && by.row[column] === value && !table.write(by.key, tx)) return { by };
  }
  return ownTaken(table, tx, column, value, key);
}

function ownTaken(table: Table, tx: Transaction, column: string, value: unknown, key: string): Taken {
  for (const write of tx.writes.get(table.name)?.values() ?? []) {
    if (write.key !== key && write.seen() && write.row[column] === value) return { by: write };
  }
  return undefined;
}

/** Whether the value is in the index because of this write: its old row has it until it is known whether it goes. */
function holds({ made, base, indexed }: Write, column: string, value: unknown, nth: number): boolean {
  const inIndex = indexed > nth ? made : made.slice(0, -1);
  return base?.row[column] === value || inIndex.some((row) => row[column] === value);
}

export function lockOf(table: Table, key: string): string {
  return `${table.name}/${key}`;
}

export function violation(table: Table, column: string, row: Row): EddyError {
  const value = String(row[column]);
  return new EddyError('EDDY_UNIQUE_VIOLATION', `A row with ${column} "${value}" exists in ${table.name}`, {
    table: table.name,
    key: value,
    column,
  });
}
