/**
 * Charges a card for each payment that is requested: a NestJS controller for RabbitMQ with an inbox table, as for production.
 * The message's id is stored in the transaction that books the charge, so that a copy of it changes nothing.
 */
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload, type RmqContext } from '@nestjs/microservices';
import type { Channel, Message } from 'amqplib';
import type { Pool, PoolClient } from 'pg';

export interface Payment {
  readonly transactionId: string;
  readonly customerId: string;
  readonly cents: number;
}

export interface Charge {
  readonly idempotencyKey: string;
  readonly cents: number;
}

/** The card provider's API. */
interface CardApi {
  charge(request: Charge): Promise<{ readonly ok: boolean }>;
}

export class ChargeService {
  constructor(
    protected readonly pool: Pool,
    protected readonly card: CardApi,
  ) {
    // Whoever waits for a query hears of a lost connection by its rejection; one that nobody uses is replaced by the pool.
    pool.on('connect', (client) => client.on('error', () => {}));
    pool.on('error', () => {});
  }

  /** Charged once for each payment, however often it is asked for. */
  async charge(payment: Payment, messageId: string): Promise<void> {
    await this.card.charge({ idempotencyKey: payment.transactionId, cents: payment.cents });
    await this.inTransaction(async (client) => {
      if (await remember(client, messageId)) await book(client, payment);
    });
  }

  protected async inTransaction(work: (client: PoolClient) => Promise<void>): Promise<void> {
    const client = await this.pool.connect();
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
}

/** As it is often written: the id is stored when all is done, in a transaction of its own. */
export class InboxAfterCharge extends ChargeService {
  override async charge(payment: Payment, messageId: string): Promise<void> {
    const { rowCount } = await this.pool.query('SELECT 1 FROM inbox WHERE message_id = $1', [messageId]);
    if (rowCount) return;
    await this.card.charge({ idempotencyKey: payment.transactionId, cents: payment.cents });
    await this.inTransaction((client) => book(client, payment));
    await this.inTransaction(async (client) => void (await remember(client, messageId)));
  }
}

/** @returns whether it was new */
async function remember(client: PoolClient, messageId: string): Promise<boolean> {
  const { rowCount } = await client.query('INSERT INTO inbox (message_id) VALUES ($1) ON CONFLICT DO NOTHING', [
    messageId,
  ]);
  return rowCount === 1;
}

async function book(client: PoolClient, { transactionId, customerId, cents }: Payment): Promise<void> {
  await client.query('INSERT INTO charges (transaction_id, customer_id, cents) VALUES ($1, $2, $3)', [
    transactionId,
    customerId,
    cents,
  ]);
}

const RETRY_MS = 200;

@Controller()
export class BillingController {
  constructor(private readonly charges: ChargeService) {}

  @EventPattern('payment.requested')
  async onPaymentRequested(@Payload() payment: unknown, @Ctx() context: RmqContext): Promise<void> {
    const channel = context.getChannelRef() as Channel;
    const message = context.getMessage() as unknown as Message;
    if (!isPayment(payment)) {
      channel.nack(message, false, false);
      return;
    }
    try {
      await this.charges.charge(payment, message.properties.messageId as string);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      channel.nack(message);
      return;
    }
    channel.ack(message);
  }
}

function isPayment(value: unknown): value is Payment {
  const { transactionId, customerId, cents } = (value ?? {}) as Partial<Payment>;
  return typeof transactionId === 'string' && typeof customerId === 'string' && Number.isSafeInteger(cents);
}
