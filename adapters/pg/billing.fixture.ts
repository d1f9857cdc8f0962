/** Billing with an inbox table, as for production: plain pg, plain SQL; and two mistakes that look like code. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Pool, PoolClient } from 'pg';
import { concatMap } from 'rxjs';
import { effectOnce, noLoss, queueBroker, scenario, service } from '../../index.ts';
import { postgres } from '../pg.ts';

interface Payment {
  readonly id: string;
  readonly cents: number;
}

const mq = queueBroker('mq', { queues: { payments: {} } });
const db = postgres('db', { migrations: new URL('migrations/', import.meta.url) });
const inbox = db.table<{ message_id: string }>('inbox').inserted.by((row) => row.message_id);
const charge = db.table<{ id: string }>('charges').inserted.by((row) => row.id.split('/')[0]);

type Handle = (client: PoolClient, payment: Payment) => Promise<void>;

async function inTransaction(pool: Pool, work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const note = (error: Error): void => void (broken = error);
  client.on('error', note);
  try {
    await client.query('BEGIN');
    await work(client);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    client.off('error', note);
    client.release(broken);
  }
}

const isNew = async (client: PoolClient, id: string): Promise<boolean> =>
  (await client.query('INSERT INTO inbox VALUES ($1) ON CONFLICT DO NOTHING', [id])).rowCount === 1;

const insert = (client: PoolClient, { id, cents }: Payment) =>
  client.query('INSERT INTO charges (id, cents) VALUES ($1, $2)', [`${id}/${randomUUID()}`, cents]);

const once: Handle = async (client, payment) => {
  if (await isNew(client, payment.id)) await insert(client, payment);
};

const billing = (handle: (pool: Pool, payment: Payment) => Promise<void>) =>
  service('billing', { mq, db }, ({ mq: queue, db: port }) => {
    const pool = port.pool();
    pool.on('error', () => {});
    queue
      .consume<Payment>('payments')
      .pipe(
        concatMap(async (delivery) => {
          const done = await handle(pool, delivery.message.body).then(
            () => true,
            () => false,
          );
          await (done ? delivery.ack() : delivery.nack()).catch(() => {});
        }),
      )
      .subscribe();
  });

export default scenario({
  name: 'pg-billing',
  services: {
    billing: billing((pool, payment) => inTransaction(pool, (client) => once(client, payment))).with({ instances: 2 }),
  },
  workload: {
    item: fc.record({ id: fc.uuid(), cents: fc.nat(1000) }),
    key: (payment) => payment.id,
    count: [1, 4],
    uses: { mq },
    send: (payment, { mq: queue }) => queue.publish({ key: 'payments' }, payment, { id: payment.id, type: 'Payment' }),
  },
  faults: { without: { poison: 'a parser stands before the handler' } },
  properties: [
    effectOnce(charge),
    noLoss(
      mq.confirmed<Payment>('payments').by((message) => message.id),
      [inbox],
    ),
  ],
  variants: {
    'swallows-error': {
      breaks: 'D1',
      because: 'a statement that fails is logged, and COMMIT then rolls back without an error',
      services: {
        billing: billing((pool, payment) =>
          inTransaction(pool, (client) => once(client, payment).catch(() => {})),
        ).with({ instances: 2 }),
      },
    },
    'charges-first': {
      breaks: 'I1',
      because: 'the charge commits by itself, before the inbox knows the message',
      services: {
        billing: billing(async (pool, payment) => {
          const { rowCount } = await pool.query('SELECT FROM inbox WHERE message_id = $1', [payment.id]);
          if (rowCount) return;
          await inTransaction(pool, async (client) => void (await insert(client, payment)));
          await inTransaction(pool, async (client) => void (await isNew(client, payment.id)));
        }),
      },
    },
  },
});
