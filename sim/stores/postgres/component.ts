/** A PostgreSQL as a component. What makes its engine, and what a process is handed, comes from the adapter. */
import { type Component, makeable } from '../../component.ts';
import { EddyError } from '../../errors.ts';
import type { Process } from '../../services/process.ts';
import { seen, type TableSeen } from '../tables.ts';
import type { Engine, Engines } from './engine.ts';
import { extensionsIn } from './extensions.ts';
import { PostgresRuntime } from './runtime.ts';
import { type Migration, Store } from './store.ts';

/** What checks can see of a PostgreSQL; a row counts when it is committed. */
export type PostgresSeen = {
  /** What checks can see of a table: `charges`, or `billing.charges` in another schema than `public`. */
  table<R extends object>(name: string): TableSeen<R>;
};

export interface PostgresOptions<P> {
  readonly migrations: () => readonly Migration[];
  readonly engines: Engines;
  readonly port: (name: string, process: Process) => P;
}

export function postgresComponent<P>(name: string, o: PostgresOptions<P>): Component<P> & PostgresSeen {
  let store: Store | undefined;
  let extensions: readonly string[] | undefined;
  const component: Component<P> & PostgresSeen = {
    name,
    table: <R extends object>(table: string) => seen<R>(name, table),
  };
  const prepare = async (self: object, all: readonly object[]): Promise<void> => {
    extensions ??= extensionsIn(o.migrations());
    const { engine, isFresh } = await o.engines.take(self, all, extensions);
    if (store?.engine === engine && !isFresh) return;
    store = built(o, engine);
  };
  return makeable<Component<P> & PostgresSeen, P>(
    component,
    (simulation) => {
      if (!store) throw new EddyError('EDDY_COMPONENT', `The PostgreSQL ${name} was not prepared before the run`);
      return new PostgresRuntime<P>(name, simulation, store, (process) => o.port(name, process));
    },
    ['conflict'],
    prepare,
  );
}

/** An engine on which the migrations fail is of no use to anybody. */
function built<P>({ engines, migrations }: PostgresOptions<P>, engine: Engine): Store {
  try {
    return new Store(engine, migrations());
  } catch (error) {
    engines.lost(engine);
    throw error;
  }
}
