/** The page about your own code: a provider that is called over HTTP. Try it: `eddy run examples/cards/cards.scenario.ts`. */
import { effectOnce, httpExternal, type HttpRequest, noLoss, queueBroker, scenario, service } from 'eddy';
import fc from 'fast-check';
import { charge, chargeAnew, type Payment } from './charge.ts';

const cards = httpExternal('cards', 'https://cards.example', {
  charge: {
    on: 'POST /charges',
    reply: ({ body }: HttpRequest<Payment>) => ({ status: 201, body: { receipt: `r-${body.paymentId}` } }),
    idempotentBy: ({ headers }: HttpRequest<Payment>) => headers['idempotency-key'],
  },
});

const mq = queueBroker('mq', { queues: { payments: { deadLetterTo: 'payments.dead' }, 'payments.dead': {} } });
const charged = cards.applied('charge').by(({ body }) => body.paymentId);

const billing = (charges: typeof charge) =>
  service('billing', { mq, cards }, ({ mq }) => {
    mq.consume<Payment>('payments').subscribe(async ({ message, ack, nack }) => {
      if (!message.parsed) return nack({ requeue: false });
      try {
        await charges(message.body);
        await ack();
      } catch {
        // Later, so that an outage is no tight loop.
        await new Promise((resolve) => setTimeout(resolve, 2_000));
        await nack().catch(() => {});
      }
    });
  });

export default scenario({
  name: 'cards-over-http',
  services: { billing: billing(charge) },
  workload: {
    item: fc.record({ paymentId: fc.uuid(), cents: fc.integer({ min: 1, max: 99_999 }) }),
    key: ({ paymentId }) => paymentId,
    uses: { mq },
    send: (payment, { mq }) =>
      mq.publish({ key: 'payments' }, payment, { id: payment.paymentId, type: 'PaymentRequested' }),
  },
  properties: [
    effectOnce(charged),
    noLoss(
      mq.confirmed<Payment>('payments').by((m) => m.id),
      [charged, mq.deadLettered('payments').by((m) => m.id)],
    ),
  ],
  variants: {
    'key-per-attempt': {
      breaks: 'I1',
      because: 'to the provider each attempt is another charge',
      services: { billing: billing(chargeAnew) },
    },
  },
});
