/** Tables with transactions, as components: `tables('db', { charges: { key: 'id' } })`. */
import { type Component, makeable } from '../component.ts';
import { checkOptions } from '../options.ts';
import { type Selector, selector } from '../selectors.ts';
import { TablesRuntime } from './runtime.ts';
import type { TableShape } from './tables/table.ts';

/** What checks can see of a table; everything counts when it is committed. */
export interface TableSeen<R> {
  readonly inserted: Selector<R>;
  readonly updated: Selector<R>;
  readonly deleted: Selector<R>;
}

/** The statements of a transaction. Each may wait for another transaction's locks. */
export interface Tx<R> {
  /** @throws EDDY_UNIQUE_VIOLATION at the statement; as every write EDDY_NOT_NULL_VIOLATION for a row without its key */
  insert<K extends keyof R & string>(table: K, row: R[K]): Promise<void>;
  get<K extends keyof R & string>(table: K, key: string): Promise<R[K] | undefined>;
  /** Inserts or replaces. */
  put<K extends keyof R & string>(table: K, row: R[K]): Promise<void>;
  /** `ON CONFLICT DO NOTHING`: false when the row was there. */
  insertIfAbsent<K extends keyof R & string>(table: K, row: R[K]): Promise<boolean>;
  delete<K extends keyof R & string>(table: K, key: string): Promise<boolean>;
  scan<K extends keyof R & string>(
    table: K,
    o?: {
      where?: (row: R[K]) => boolean;
      orderBy?: keyof R[K] & string;
      limit?: number;
      forUpdate?: 'wait' | 'skip locked';
    },
  ): Promise<readonly R[K][]>;
  /** Taken at once, never rolled back. */
  next(sequence: string): Promise<bigint>;
}

/** Tables as a process sees them. */
export interface TablesPort<R> {
  /**
   * Commits when `work` resolves; rolls back and passes the error on when it rejects. Default: read committed.
   * @throws EDDY_SERIALIZATION under repeatable read and serializable, at a statement or at the commit: run it again
   */
  transaction<T>(
    work: (tx: Tx<R>) => Promise<T>,
    o?: { isolation?: 'read committed' | 'repeatable read' | 'serializable' },
  ): Promise<T>;
}

const TABLE_OPTIONS = { key: true, unique: true, sequences: true, rows: true } as const;

/** A transactional store; `key` and `unique` name columns, `rows` are there from the start. */
export function tables<R extends Record<string, object>>(
  name: string,
  o: {
    [K in keyof R]: {
      key: keyof R[K] & string;
      unique?: (keyof R[K] & string)[];
      sequences?: string[];
      rows?: readonly R[K][];
    };
  },
): Component<TablesPort<R>> & { readonly table: { readonly [K in keyof R]: TableSeen<R[K]> } } {
  const shapes = o as Readonly<Record<string, TableShape>>;
  for (const [table, shape] of Object.entries(shapes)) checkOptions(`${name}.${table}`, shape, TABLE_OPTIONS);
  const table = Object.fromEntries(Object.keys(shapes).map((each) => [each, seen(name, each)]));
  const component = { name, table: table as { readonly [K in keyof R]: TableSeen<R[K]> } };
  return makeable(component, (simulation) => new TablesRuntime<R>(name, shapes, simulation), ['conflict']);
}

export function seen<R>(component: string, table: string): TableSeen<R> {
  const of = (kind: string, words: string): Selector<R> =>
    selector<R>({ kind, component, channel: table, says: `row ${kind} ${words} ${component}.${table}` });
  return { inserted: of('inserted', 'into'), updated: of('updated', 'in'), deleted: of('deleted', 'from') };
}
