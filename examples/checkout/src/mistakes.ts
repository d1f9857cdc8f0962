/** Parts of the service as they are often written. Each loses something, or does it twice; the scenario says which. */
import { randomUUID } from 'node:crypto';
import type { ConfirmChannel } from 'amqplib';
import { CloudEvent } from 'cloudevents';
import type { Pool } from 'pg';
import { type Handler, publish, send, type Settling, sleep } from './broker.ts';
import { inTransaction, remember } from './database.ts';
import { Malformed } from './events.ts';
import { insertOrder, placed } from './orders.ts';
import { book } from './payments.ts';
import type { CardApi } from './providers.ts';
import { mark, type Sending } from './relay.ts';

/** No outbox: the event is published while the transaction is open, and then the transaction may fail. */
export function publishesThenCommits(pool: Pool, channel: ConfirmChannel): Handler<'shop.cart.submitted'> {
  return async (cart) => {
    await inTransaction(pool, async (client) => {
      const orderId = await insertOrder(client, cart);
      if (orderId !== undefined) await publish(channel, placed(cart, orderId));
    });
  };
}

/** The library has taken it: surely it arrives. */
export const marksUnconfirmed: Sending = async (channel, pool, row) => {
  send(channel, row.event);
  await mark(pool, row);
};

/** Each publish gets an id of its own, as each row might have. */
export const newIdEachTry: Sending = async (channel, pool, row) => {
  await publish(channel, new CloudEvent({ ...row.event, id: randomUUID() }));
  await mark(pool, row);
};

/** The event is remembered when all is done, in a transaction of its own. */
export function inboxApart(pool: Pool, card: CardApi): Handler<'shop.order.placed'> {
  return async (order) => {
    const { rowCount } = await pool.query('SELECT 1 FROM inbox WHERE event_id = $1', [order.id]);
    if (rowCount) return;
    await card.charge(order.id, order.data.cents);
    await inTransaction(pool, (client) => book(client, order));
    await inTransaction(pool, async (client) => void (await remember(client, order.id)));
  };
}

/** A payment is a flow of its own. */
export function ownCorrelation(pool: Pool, card: CardApi): Handler<'shop.order.placed'> {
  return async (order) => {
    await card.charge(order.id, order.data.cents);
    await inTransaction(pool, async (client) => {
      if (!(await remember(client, order.id))) return;
      await book(client, { ...order, correlationid: `payment-${order.data.orderId}` });
    });
  };
}

/** What has been read is ours. */
export const acksFirst: Settling = async (channel, message, read, handle) => {
  try {
    const event = read();
    channel.ack(message);
    await handle(event);
  } catch (error) {
    if (error instanceof Malformed) channel.nack(message, false, false);
  }
};

/** Whatever went wrong, trying again cannot hurt. */
export const requeuesAll: Settling = async (channel, message, read, handle) => {
  try {
    await handle(read());
    channel.ack(message);
  } catch {
    await sleep(500);
    channel.nack(message);
  }
};
