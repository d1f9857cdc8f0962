/**
 * Takes orders from Kafka into PostgreSQL, and tells others of them by an outbox: a kafkajs consumer group and a relay, as for
 * production. An order and the row of its event are committed together; the relay publishes what has been committed.
 */
import type { Kafka, KafkaMessage, Producer } from 'kafkajs';
import type { Pool, PoolClient } from 'pg';

export interface Order {
  readonly orderId: string;
  readonly customerId: string;
  readonly cents: number;
}

const RETRY_MS = 200;
/** What the column can hold. */
const CENTS_MAX = 2_147_483_647;

interface OutboxRow {
  readonly position: string;
  readonly id: string;
  readonly order_id: string;
}

/** A worker of the group: each order is stored once, with the event that it leads to; what is no order is parked. */
export async function startOrders(kafka: Kafka, pool: Pool, stopping: AbortSignal): Promise<void> {
  outliveLostConnections(pool);
  const consumer = kafka.consumer({ groupId: 'orders' });
  stopping.addEventListener('abort', () => void consumer.disconnect());
  await consumer.connect();
  await consumer.subscribe({ topics: ['orders.placed'], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      await persistently(() => inTransaction(pool, (client) => handle(client, message)));
    },
  });
}

/** Once for each message, whatever it turns out to be: one that was parked is not stored when it comes again. */
async function handle(client: PoolClient, message: KafkaMessage): Promise<void> {
  const messageId = `${message.headers?.['ce_id']}`;
  const sql = 'INSERT INTO inbox (message_id) VALUES ($1) ON CONFLICT DO NOTHING';
  const { rowCount } = await client.query(sql, [messageId]);
  if (rowCount !== 1) return;
  const order = orderIn(message);
  if (order) await store(client, order);
  else await client.query('INSERT INTO parked (message_id, value) VALUES ($1, $2)', [messageId, message.value]);
}

/** A consumer of kafkajs whose handler throws stops for good: what may pass is tried again until it has. */
async function persistently(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function orderIn({ value }: KafkaMessage): Order | undefined {
  try {
    const { orderId, customerId, cents } = JSON.parse(`${value}`) as Partial<Order>;
    const isOrder = typeof orderId === 'string' && typeof customerId === 'string' && isAmount(cents);
    return isOrder ? { orderId, customerId, cents } : undefined;
  } catch {
    return undefined;
  }
}

function isAmount(cents: unknown): cents is number {
  return Number.isInteger(cents) && Number(cents) > 0 && Number(cents) <= CENTS_MAX;
}

async function store(client: PoolClient, { orderId, customerId, cents }: Order): Promise<void> {
  const order = [orderId, customerId, cents];
  await client.query('INSERT INTO orders (id, customer_id, cents) VALUES ($1, $2, $3)', order);
  await client.query('INSERT INTO outbox (id, order_id) VALUES ($1, $2)', [`accepted-${orderId}`, orderId]);
}

interface RelayOptions {
  readonly pollMs: number;
  /** When a row counts as sent: after the broker has confirmed it, or, wrongly, before. */
  readonly mark: 'after' | 'before';
}

/** Publishes the rows of the outbox, one after another, and marks them. */
export async function startRelay(kafka: Kafka, pool: Pool, { pollMs, mark }: RelayOptions): Promise<void> {
  outliveLostConnections(pool);
  const producer = kafka.producer({ idempotent: true });
  await producer.connect();
  for (;;) {
    await relay(producer, pool, mark).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function relay(producer: Producer, pool: Pool, mark: RelayOptions['mark']): Promise<void> {
  const { rows } = await pool.query<OutboxRow>('SELECT * FROM outbox WHERE sent_at IS NULL ORDER BY position LIMIT 20');
  for (const row of rows) {
    if (mark === 'before') await markSent(pool, row);
    await publish(producer, row);
    if (mark === 'after') await markSent(pool, row);
  }
}

function publish(producer: Producer, { id, order_id: orderId }: OutboxRow): Promise<unknown> {
  return producer.send({
    topic: 'orders.accepted',
    messages: [
      {
        key: orderId,
        value: JSON.stringify({ orderId, outboxId: id }),
        headers: { ce_id: id, ce_type: 'OrderAccepted' },
      },
    ],
  });
}

function markSent(pool: Pool, { position }: OutboxRow): Promise<unknown> {
  return pool.query('UPDATE outbox SET sent_at = now() WHERE position = $1', [position]);
}

/** Whoever waits for a query hears of a lost connection by its rejection; one that nobody uses is replaced by the pool. */
function outliveLostConnections(pool: Pool): void {
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', () => {});
}

async function inTransaction(pool: Pool, work: (client: PoolClient) => Promise<void>): Promise<void> {
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
