/** `eddy/pg`: the real client, over a simulated connection, and PGlite at its other end. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg, { type Pool } from 'pg';
import type { Component } from '../sim/component.ts';
import { EddyError } from '../sim/errors.ts';
import { type PostgresSeen, postgresComponent } from '../sim/stores/postgres/component.ts';
import { PORT } from '../sim/stores/postgres/runtime.ts';
import type { Migration } from '../sim/stores/postgres/store.ts';
import { pgliteEngines } from './pg/pglite.ts';

export type { PostgresSeen };

/** How a process comes to the database. */
export interface PostgresPort {
  /** A pool of the client's own, connected to this database. `new Pool({ host: NAME })` is one as well. */
  pool(): Pool;
}

/**
 * A PostgreSQL inside the world. Row changes are in the history when they are committed.
 * @param o `migrations`: a file of SQL, or a folder whose `.sql` files are carried out in the order of their names
 */
export function postgres(name: string, o: { migrations: URL }): Component<PostgresPort> & PostgresSeen {
  return postgresComponent<PostgresPort>(name, {
    migrations: () => migrationsIn(o.migrations),
    engines: pgliteEngines,
    port: () => ({
      pool: () => new pg.Pool({ host: name, port: PORT, user: 'postgres', database: 'postgres', password: 'eddy' }),
    }),
  });
}

/** @throws EddyError EDDY_MIGRATION when there is nothing to read */
function migrationsIn(url: URL): readonly Migration[] {
  const path = fileURLToPath(url);
  try {
    if (!statSync(path).isDirectory()) return [{ name: path, sql: readFileSync(path, 'utf8') }];
    const names = readdirSync(path)
      .filter((each) => each.endsWith('.sql'))
      .toSorted((a, b) => (a < b ? -1 : 1));
    return names.map((each) => ({
      name: each,
      sql: readFileSync(new URL(each, `${url.href.replace(/\/?$/, '/')}`), 'utf8'),
    }));
  } catch (error) {
    throw new EddyError(
      'EDDY_MIGRATION',
      `The migrations of a PostgreSQL cannot be read: ${(error as Error).message}`,
      { path },
    );
  }
}
