/** Mistakes about what belongs together in a store. */
import type { TablesPort, Tx } from '../../../../sim/stores/tables.ts';
import type { Wrap } from './sabotage.ts';

type Rows = Record<string, object>;
type Tables = TablesPort<Rows>;
type Isolation = Parameters<Tables['transaction']>[1];
type Work<T> = (tx: Tx<Rows>) => Promise<T>;

const WRITES: ReadonlySet<string> = new Set(['insert', 'insertIfAbsent', 'put', 'delete']);

/** Each statement commits by itself. */
export const splits: Wrap = (port, touch) =>
  transacting(port, (tables, work, o) => {
    let writes = 0;
    const alone = new Proxy({} as Tx<Rows>, {
      get: (_, statement) => {
        return (...given: readonly unknown[]): Promise<unknown> => {
          if (WRITES.has(String(statement)) && ++writes > 1) touch();
          return tables.transaction((tx) => call(tx, statement, given), o);
        };
      },
    });
    return work(alone);
  });

/** Whoever asked for it hears nothing of an error. */
export const swallows: Wrap = (port, touch) =>
  transacting(port, async (tables, work, o) => {
    touch();
    try {
      return await tables.transaction(work, o);
    } catch {
      return undefined as never;
    }
  });

/** What was inserted if absent is always taken for absent. */
export const forgets: Wrap = (port, touch) =>
  transacting(port, (tables, work, o) =>
    tables.transaction(
      (tx) =>
        work(
          new Proxy(tx, {
            get: (_, statement) => {
              if (statement !== 'insertIfAbsent') return (...given: readonly unknown[]) => call(tx, statement, given);
              return async (table: string, row: object): Promise<boolean> => {
                touch();
                await tx.put(table, row);
                return true;
              };
            },
          }),
        ),
      o,
    ),
  );

function call(tx: Tx<Rows>, statement: string | symbol, given: readonly unknown[]): Promise<unknown> {
  const made = Reflect.get(tx, statement) as (...given: readonly unknown[]) => Promise<unknown>;
  return made.apply(tx, given as unknown[]);
}

function transacting(port: object, instead: <T>(tables: Tables, work: Work<T>, o: Isolation) => Promise<T>): object {
  if (!isTables(port)) return port;
  return { ...port, transaction: <T>(work: Work<T>, o?: Isolation) => instead(port, work, o) };
}

function isTables(port: object): port is Tables {
  return 'transaction' in port;
}
