/** PostgreSQL: transactions, and the two tables that tie them to messages. */
import type { CloudEvent } from 'cloudevents';
import type { Pool, PoolClient } from 'pg';

/** Whoever waits for a query hears of a lost connection by its rejection; one that nobody uses is replaced by the pool. */
export function outliveLostConnections(pool: Pool): Pool {
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool.on('error', () => {});
}

export async function inTransaction(pool: Pool, work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    await work(client);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch((lost: Error) => (broken = lost));
    throw error;
  } finally {
    client.release(broken);
  }
}

/** @returns whether the event is new */
export async function remember(client: PoolClient, eventId: string): Promise<boolean> {
  const { rowCount } = await client.query('INSERT INTO inbox (event_id) VALUES ($1) ON CONFLICT DO NOTHING', [eventId]);
  return rowCount === 1;
}

/** The relay publishes it when this transaction has committed. */
export async function enqueue(client: PoolClient, event: CloudEvent<unknown>): Promise<void> {
  await client.query('INSERT INTO outbox (event_id, event) VALUES ($1, $2)', [event.id, JSON.stringify(event)]);
}
