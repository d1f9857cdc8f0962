/** The same consumer within Nest's container: each process makes a container of its own, over the pool of this world. */
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RmqContext } from '@nestjs/microservices';
import { effectOnce, external, noLoss, scenario, service } from 'eddy';
import { rabbit } from 'eddy/amqplib';
import { postgres } from 'eddy/pg';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { BillingController, ChargeService, InboxAfterCharge, type Charge, type Payment } from './billing.controller.js';

const mq = rabbit('mq', { queues: ['payments', 'payments.dead'] });
const db = postgres('db', { migrations: new URL('../migrations/', import.meta.url) });
const card = external('card', {
  charge: { reply: (_request: Charge) => ({ ok: true }), idempotentBy: (r: Charge) => r.idempotencyKey },
});

type CardApi = ConstructorParameters<typeof ChargeService>[1];

function billingModule(pool: Pool, card: CardApi, Charges: typeof ChargeService): DynamicModule {
  const charges = { provide: ChargeService, useFactory: () => new Charges(pool, card) };
  const controller = {
    provide: BillingController,
    useFactory: (own: ChargeService) => new BillingController(own),
    inject: [ChargeService],
  };
  class BillingModule {
    onModuleDestroy(): Promise<void> {
      return pool.end();
    }
  }
  return { module: BillingModule, providers: [charges, controller] };
}

const billing = (Charges: typeof ChargeService) =>
  service('billing', { mq, db, card }, async ({ mq, db, card }, { stopping }) => {
    const module = billingModule(db.pool(), card, Charges);
    const app = await NestFactory.createApplicationContext(module, { logger: false });
    const controller = app.get(BillingController);
    const channel = await (await mq.connect()).createConfirmChannel();
    await channel.assertQueue('payments', { deadLetterExchange: '', deadLetterRoutingKey: 'payments.dead' });
    await channel.consume('payments', (msg) => {
      if (!msg) return;
      const context = new RmqContext([msg, channel, 'payment.requested']);
      void controller.onPaymentRequested(JSON.parse(`${msg.content}`), context);
    });
    stopping.addEventListener('abort', () => void app.close());
  });

export default scenario({
  name: 'billing-in-nest',
  services: { billing: billing(ChargeService).with({ instances: 2 }) },
  workload: {
    item: fc.record({ transactionId: fc.uuid(), customerId: fc.constantFrom('c1', 'c2'), cents: fc.nat(99_999) }),
    key: (p) => p.transactionId,
    uses: { mq },
    send: async (p, { mq }) => {
      const channel = await (await mq.connect()).createConfirmChannel();
      const about = { messageId: p.transactionId, type: 'PaymentRequested' };
      channel.publish('', 'payments', Buffer.from(JSON.stringify(p)), about);
      await channel.waitForConfirms();
    },
  },
  properties: [
    effectOnce(db.table<{ transaction_id: string }>('charges').inserted.by((r) => r.transaction_id)),
    noLoss(
      mq.confirmed<Payment>('payments').by((m) => m.id),
      [
        db.table<{ message_id: string }>('inbox').inserted.by((r) => r.message_id),
        mq.deadLettered('payments').by((m) => m.id),
      ],
    ),
  ],
  variants: {
    'inbox-after-charge': {
      breaks: 'I1',
      because: 'id stored in a second transaction',
      services: { billing: billing(InboxAfterCharge) },
    },
  },
});
