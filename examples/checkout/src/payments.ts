/** Charges the card for each order. The provider knows a charge again by its key, and we know an event again by the inbox. */
import type { Pool, PoolClient } from 'pg';
import type { Handler } from './broker.ts';
import { enqueue, inTransaction, remember } from './database.ts';
import { type Event, followUp } from './events.ts';
import type { CardApi } from './providers.ts';

export function payments(pool: Pool, card: CardApi): Handler<'shop.order.placed'> {
  return async (order) => {
    await card.charge(order.id, order.data.cents);
    await inTransaction(pool, async (client) => {
      if (!(await remember(client, order.id))) return;
      await book(client, order);
    });
  };
}

export async function book(client: PoolClient, order: Event<'shop.order.placed'>): Promise<void> {
  const { orderId, cents } = order.data;
  const sql = 'INSERT INTO payments (order_id, cents) VALUES ($1, $2) RETURNING id';
  const { rows } = await client.query<{ id: string }>(sql, [orderId, cents]);
  await enqueue(client, followUp(order, 'shop.payment.taken', `taken-${rows[0]?.id}`, order.data));
}
