/** Takes carts: an order and the event about it are written in one transaction. A cart is ordered once, however often it comes. */
import type { Pool, PoolClient } from 'pg';
import type { Handler } from './broker.ts';
import { enqueue, inTransaction } from './database.ts';
import { type Event, followUp } from './events.ts';

export function orders(pool: Pool): Handler<'shop.cart.submitted'> {
  return (cart) =>
    inTransaction(pool, async (client) => {
      const orderId = await insertOrder(client, cart);
      if (orderId !== undefined) await enqueue(client, placed(cart, orderId));
    });
}

/** @returns undefined when the cart has been ordered already */
export async function insertOrder(
  client: PoolClient,
  { data }: Event<'shop.cart.submitted'>,
): Promise<string | undefined> {
  const sql = `INSERT INTO orders (cart_id, email, cents) VALUES ($1, $2, $3)
    ON CONFLICT (cart_id) DO NOTHING RETURNING id`;
  const { rows } = await client.query<{ id: string }>(sql, [data.cartId, data.email, data.cents]);
  return rows[0]?.id;
}

export function placed(cart: Event<'shop.cart.submitted'>, orderId: string): ReturnType<typeof followUp> {
  const { email, cents } = cart.data;
  return followUp(cart, 'shop.order.placed', `placed-${orderId}`, { orderId, email, cents });
}
