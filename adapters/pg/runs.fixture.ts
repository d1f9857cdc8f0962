/** Runs in which code talks to a PostgreSQL through the real client, for specs. */
import type { Pool, PoolClient } from 'pg';
import { service } from '../../sim/services/service.ts';
import type { RunRecord } from '../../sim/simulate.ts';
import { EPOCH_MS } from '../../sim/kernel/world.ts';
import { ending, entriesOf, happened, play } from '../../sim/world.fixture.ts';
import { postgres } from '../pg.ts';

const db = postgres('db', { migrations: new URL('migrations/', import.meta.url) });
export const uses = { db };

/** What became of a run. */
interface Seen {
  /** Committed row changes: `inserted charges/a`. */
  readonly committed: readonly string[];
  /** Whether all faults of the plan took effect. */
  readonly struck: boolean;
  readonly record: RunRecord;
}

function seen(record: RunRecord): Seen {
  const committed = entriesOf(record, 'inserted', 'updated', 'deleted').map((entry) => {
    const { channels, about } = happened(entry);
    return `${entry.kind} ${channels.join()}/${String(about?.['key'])}`;
  });
  return { committed, record, struck: record.faults.every(({ tookEffect }) => tookEffect) };
}

/** Runs `work` in the first send; what it tells, how its promise ends and when. */
export async function working(
  work: (pool: Pool, tell: (what: unknown) => void) => Promise<unknown>,
  faults: readonly string[] = [],
  o: { items?: readonly string[]; seed?: number } = {},
): Promise<Seen & { told: unknown[]; ends: string[]; atMs: number }> {
  const told: unknown[] = [];
  const ends: string[] = [];
  let atMs = 0;
  const send = async (_item: string, ports: { db: { pool(): Pool } }): Promise<void> => {
    const pool = poolOf(ports.db);
    ends.push(await ending(work(pool, (what) => told.push(what))));
    atMs = Date.now() - EPOCH_MS;
    await pool.end();
  };
  return { told, ends, ...seen(await play({ uses, faults, ...o, send })), atMs };
}

/** Runs `work` at each start of the service `billing`; `life` counts from 1. The time is that of the last commit. */
export async function serving(
  work: (pool: Pool, life: number) => Promise<unknown>,
  faults: readonly string[] = [],
): Promise<Seen & { atMs: number }> {
  let life = 0;
  const billing = service('billing', uses, async (ports) => {
    const pool = poolOf(ports.db);
    await work(pool, ++life);
    await pool.end();
  });
  const record = await play({ uses: {}, items: [], send: async () => {}, services: [billing], faults });
  const last = entriesOf(record, 'inserted').at(-1);
  return { ...seen(record), atMs: (last?.timeUs ?? 0) / 1000 };
}

/** An idle connection that breaks is no error of the service's. */
function poolOf(port: { pool(): Pool }): Pool {
  const pool = port.pool();
  pool.on('error', () => {});
  return pool;
}

export const codeOf = (error: unknown): string => (error as { code?: string }).code ?? String(error);

export async function inTransaction(pool: Pool, work: (client: PoolClient) => Promise<unknown>): Promise<void> {
  const client = await pool.connect();
  let broken: Error | undefined;
  client.on('error', (error) => (broken = error));
  try {
    await client.query('BEGIN');
    await work(client);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    client.release(broken);
  }
}

export const charge = (on: Pool | PoolClient, id: unknown = 'a') =>
  on.query('INSERT INTO charges (id, cents) VALUES ($1, $2)', [typeof id === 'string' ? id : 'a', 1]);

export const charging = (pool: Pool): Promise<void> => inTransaction(pool, charge);
