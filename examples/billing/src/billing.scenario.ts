import fc from 'fast-check';
import { RmqContext } from '@nestjs/microservices';
import { effectOnce, external, noLoss, scenario, service } from 'eddy';
import { rabbit } from 'eddy/amqplib';
import { postgres } from 'eddy/pg';
import { BillingController, ChargeService, InboxAfterCharge, type Charge, type Payment } from './billing.controller.js';

const mq = rabbit('mq', { queues: ['payments', 'payments.dead'] });
const db = postgres('db', { migrations: new URL('../migrations/', import.meta.url) });
const card = external('card', {
  charge: { reply: (_request: Charge) => ({ ok: true }), idempotentBy: (r: Charge) => r.idempotencyKey },
});
const inbox = db.table<{ message_id: string }>('inbox').inserted.by((r) => r.message_id);
const charge = db.table<{ transaction_id: string }>('charges').inserted.by((r) => r.transaction_id);

const billing = (Charges: typeof ChargeService) =>
  service('billing', { mq, db, card }, async ({ mq, db, card }) => {
    const controller = new BillingController(new Charges(db.pool(), card)); // my classes, untouched
    const channel = await (await mq.connect()).createConfirmChannel();
    await channel.assertQueue('payments', { deadLetterExchange: '', deadLetterRoutingKey: 'payments.dead' });
    await channel.consume('payments', (msg) => {
      if (msg)
        void controller.onPaymentRequested(
          JSON.parse(`${msg.content}`),
          new RmqContext([msg, channel, 'payment.requested']),
        );
    });
  });

export default scenario({
  name: 'billing-inbox',
  services: { billing: billing(ChargeService).with({ instances: 2 }) },
  workload: {
    item: fc.record({ transactionId: fc.uuid(), customerId: fc.constantFrom('c1', 'c2'), cents: fc.nat(99_999) }),
    key: (p) => p.transactionId,
    uses: { mq },
    send: async (p, { mq }) => {
      const channel = await (await mq.connect()).createConfirmChannel();
      channel.publish('', 'payments', Buffer.from(JSON.stringify(p)), {
        messageId: p.transactionId,
        type: 'PaymentRequested',
      });
      await channel.waitForConfirms();
    },
  },
  properties: [
    effectOnce(charge),
    effectOnce(card.applied('charge').by((r) => r.idempotencyKey)),
    noLoss(
      mq.confirmed<Payment>('payments').by((m) => m.id),
      [inbox, mq.deadLettered('payments').by((m) => m.id)],
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
