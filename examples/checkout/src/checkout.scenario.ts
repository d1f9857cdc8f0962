/** The checkout under everything that may happen to it, and with the mistakes that teams make. */
import {
  causationChain,
  effectOnce,
  eventualDelivery,
  httpExternal,
  type HttpRequest,
  noGhostEvent,
  noLoss,
  noLostOutboxRow,
  oneDisposition,
  poisonIsolated,
  scenario,
  service,
  stableEventId,
} from 'eddy';
import { rabbit, type RabbitPort } from 'eddy/amqplib';
import { cloudEventMisses, cloudEvents, type Envelope } from 'eddy/cloudevents';
import { postgres } from 'eddy/pg';
import fc from 'fast-check';
import { z } from 'zod';
import { type Connect, connected, consume, publisher, type Queue } from './broker.ts';
import { outliveLostConnections } from './database.ts';
import { emails } from './emails.ts';
import { Cart } from './events.ts';
import {
  acksFirst,
  inboxApart,
  marksUnconfirmed,
  newIdEachTry,
  ownCorrelation,
  publishesThenCommits,
  requeuesAll,
} from './mistakes.ts';
import { orders } from './orders.ts';
import { payments } from './payments.ts';
import { cardApi, mailApi } from './providers.ts';
import { relay } from './relay.ts';

const queues: Queue[] = ['carts', 'payments', 'emails'];
const mq = rabbit('mq', { queues: [...queues, 'carts.dead', 'payments.dead', 'emails.dead'] });
const db = postgres('db', { migrations: new URL('../migrations/', import.meta.url) });
const keyOf = ({ headers }: HttpRequest) => headers['idempotency-key'];
const card = httpExternal('card', 'https://card.example/v1', {
  charge: { on: 'POST /charges', reply: () => ({ status: 201 }), idempotentBy: keyOf },
});
const mail = httpExternal('mail', 'https://mail.example', {
  send: { on: 'POST /mails', reply: () => ({ status: 202 }), idempotentBy: keyOf },
});

const to =
  (mq: RabbitPort): Connect =>
  (o) =>
    mq.connect(undefined, o);

const ordersWith = (settle?: typeof acksFirst) =>
  service('orders', { mq, db }, async ({ mq, db }) => {
    const handle = orders(outliveLostConnections(db.pool()));
    await connected(to(mq), (model) => consume(model, 'carts', handle, settle));
  });
const ordersWithoutOutbox = service('orders', { mq, db }, async ({ mq, db }) => {
  const pool = outliveLostConnections(db.pool());
  await connected(to(mq), async (model) => consume(model, 'carts', publishesThenCommits(pool, await publisher(model))));
});
const relayWith = (sendRow?: typeof marksUnconfirmed) =>
  service('relay', { mq, db }, async ({ mq, db }) => {
    const pool = outliveLostConnections(db.pool());
    await connected(to(mq), (model) => relay(model, pool, sendRow));
  });
const paymentsWith = (make: typeof payments) =>
  service('payments', { mq, db, card }, async ({ mq, db, card }) => {
    const handle = make(outliveLostConnections(db.pool()), cardApi(card.url));
    await connected(to(mq), (model) => consume(model, 'payments', handle));
  });
const emailsWith = (settle?: typeof requeuesAll) =>
  service('emails', { mq, mail }, async ({ mq, mail }) => {
    const handle = emails(mailApi(mail.url));
    await connected(to(mq), (model) => consume(model, 'emails', handle, settle));
  });

type CartData = z.infer<typeof Cart>;
/** What the shop's web site sends: mostly a cart, now and then something that just misses what was agreed on. */
interface Submitted {
  readonly event: Envelope<CartData>;
  readonly body: unknown;
}

const schema = z.toJSONSchema(Cart, { io: 'input' });
const envelope = {
  type: 'shop.cart.submitted',
  source: '/web',
  id: ({ cartId }: CartData) => `submitted-${cartId}`,
};
const submitted: fc.Arbitrary<Submitted> = fc.oneof(
  { weight: 4, arbitrary: cloudEvents(schema, envelope).map((event) => ({ event, body: event })) },
  { weight: 1, arbitrary: cloudEventMisses(schema, envelope).map(({ of, payload }) => ({ event: of, body: payload })) },
);

const taken = mq.confirmed().by((message) => message.id);
const dead = mq.deadLettered().by((message) => message.id);
const ordered = db.table<{ id: string; cart_id: string }>('orders').inserted;
const paid = db.table<{ order_id: string }>('payments').inserted;
const outbox = db.table<{ event_id: string }>('outbox').inserted;
const placed = mq.published<{ data: { orderId: string } }>('payments');
const relayed = mq.published<{ data: { orderId: string } }>().where(({ type }) => type !== envelope.type);

export default scenario({
  name: 'checkout',
  story: 'Carts become orders, orders are paid by card, and each payment is confirmed by mail.',
  services: {
    orders: ordersWith().with({ instances: 2 }),
    relay: relayWith(),
    payments: paymentsWith(payments).with({ instances: 2 }),
    emails: emailsWith(),
  },
  workload: {
    item: submitted,
    key: ({ event }) => event.data.cartId,
    count: [1, 4],
    uses: { mq },
    send: async ({ event, body }, { mq }) => {
      const connection = await mq.connect();
      const channel = await connection.createConfirmChannel();
      const o = { persistent: true, messageId: event.id, type: event.type };
      channel.publish('', 'carts', Buffer.from(JSON.stringify(body)), o);
      await channel.waitForConfirms();
      await connection.close();
    },
  },
  properties: [
    noLoss(taken, [
      ordered.by((row) => `submitted-${row.cart_id}`),
      paid.by((row) => `placed-${row.order_id}`),
      mail.applied('send').by(keyOf),
      dead,
    ]),
    eventualDelivery(mq.published()),
    effectOnce(
      paid.by((row) => row.order_id),
      { name: 'paid-once' },
    ),
    effectOnce(card.applied('charge').by(keyOf), { name: 'charged-once' }),
    noGhostEvent(
      placed.by((message) => message.body.data.orderId),
      ordered.by((row) => row.id),
    ),
    noLostOutboxRow(
      outbox.by((row) => row.event_id),
      mq.published().by((message) => message.id),
    ),
    stableEventId(relayed, ({ type, body }) => `${type} of ${body.data.orderId}`),
    oneDisposition(
      mq.confirmed('carts').by((message) => message.id),
      [ordered.by((row) => `submitted-${row.cart_id}`), mq.deadLettered('carts').by((message) => message.id)],
    ),
    poisonIsolated(mq.delivered(), { limit: 1 }),
    causationChain(mq.published(), { outbox: outbox.by((row) => row.event_id) }),
  ],
  variants: {
    'publishes-then-commits': {
      breaks: 'X1',
      because: 'the event goes out while the transaction may still fail',
      services: { orders: ordersWithoutOutbox.with({ instances: 2 }) },
    },
    'marks-unconfirmed': {
      breaks: 'X2',
      because: 'the row is marked before the broker has the event',
      services: { relay: relayWith(marksUnconfirmed) },
    },
    'new-id-each-try': {
      breaks: 'X4',
      because: 'a row that is published again goes out under another id',
      services: { relay: relayWith(newIdEachTry) },
    },
    'inbox-apart': {
      breaks: 'I1',
      because: 'the event is remembered in a second transaction',
      services: { payments: paymentsWith(inboxApart).with({ instances: 2 }) },
    },
    'own-correlation': {
      breaks: 'T1',
      because: 'a payment begins a correlation of its own',
      services: { payments: paymentsWith(ownCorrelation).with({ instances: 2 }) },
    },
    'acks-first': {
      breaks: 'D1',
      because: 'the message is acknowledged before anything is done about it',
      services: { orders: ordersWith(acksFirst).with({ instances: 2 }) },
    },
    'requeues-all': {
      breaks: 'P2',
      because: 'what cannot be read is put back, for ever',
      services: { emails: emailsWith(requeuesAll) },
    },
  },
  faults: {
    without: { 'clock-skew': 'nobody decides by a clock', conflict: 'its transactions are read committed' },
    assumes: ['queues are durable and messages persistent', 'the card and mail providers know a key again'],
  },
});
