/** The relational store against PostgreSQL. */
import { Client } from 'pg';
import type { Asked, Compared, Side } from '../side.ts';
import { start } from './server.ts';

async function compare({ say }: Asked): Promise<Compared> {
  const server = await start(say);
  const client = new Client({ host: '127.0.0.1', port: server.port, user: 'eddy', database: 'postgres' });
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>('select version()');
    say(rows[0]?.version ?? server.version);
    return { sequences: 0, counts: new Map(), differences: [] };
  } finally {
    await client.end();
    server.stop();
  }
}

export const postgres: Side = { name: 'postgres', compare };
