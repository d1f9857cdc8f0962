/** Publishes what waits in the outbox, in its order: a row is marked when the broker has confirmed its event. */
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { CloudEvent } from 'cloudevents';
import type { Pool } from 'pg';
import { publish, publisher, sleep } from './broker.ts';

const POLL_MS = 200;

export interface Row {
  readonly position: string;
  readonly event: CloudEvent<unknown>;
}

/** What is done about one row. */
export type Sending = (channel: ConfirmChannel, pool: Pool, row: Row) => Promise<void>;

/** The loop ends with its channel, and begins anew on the next connection. */
export async function relay(model: ChannelModel, pool: Pool, sendRow: Sending = publishThenMark): Promise<void> {
  const channel = await publisher(model);
  const closed = new AbortController();
  channel.on('close', () => closed.abort());
  void (async () => {
    while (!closed.signal.aborted) {
      // What fails is tried again in the next round.
      await round(channel, pool, sendRow).catch(() => {});
      await sleep(POLL_MS);
    }
  })();
}

async function round(channel: ConfirmChannel, pool: Pool, sendRow: Sending): Promise<void> {
  const sql = 'SELECT position, event FROM outbox WHERE sent_at IS NULL ORDER BY position LIMIT 20';
  const { rows } = await pool.query<{ position: string; event: object }>(sql);
  for (const { position, event } of rows) await sendRow(channel, pool, { position, event: new CloudEvent(event) });
}

export const publishThenMark: Sending = async (channel, pool, row) => {
  await publish(channel, row.event);
  await mark(pool, row);
};

export async function mark(pool: Pool, { position }: Row): Promise<void> {
  await pool.query('UPDATE outbox SET sent_at = now() WHERE position = $1', [position]);
}
