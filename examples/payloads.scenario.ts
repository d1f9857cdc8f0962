/** Orders drawn from their schema, and some that just miss it: a broken one is parked, and none is stored. */
import { always, noLoss, queueBroker, scenario, service, tables } from 'eddy';
import { fromJsonSchema, nearMisses } from 'eddy/schema';
import fc from 'fast-check';
import { z } from 'zod';

const Order = z.object({
  customer: z.email(),
  total: z.number().int().min(1).max(100_000),
  lines: z.array(z.object({ sku: z.string().regex(/^[A-Z]{3}-\d{2,4}$/), count: z.int().positive() })).min(1),
  note: z.string().max(40).optional(),
});
type Order = z.infer<typeof Order>;

const schema = z.toJSONSchema(Order);
const orders = fromJsonSchema<Order>(schema);
const broken = nearMisses(schema).map(({ payload }) => payload);

const mq = queueBroker('mq', { queues: { orders: { deadLetterTo: 'orders.dead' }, 'orders.dead': {} } });
const db = tables<{ orders: { id: string; order: Order } }>('db', { orders: { key: 'id' } });

type Read = (body: unknown) => Order | undefined;
const validates: Read = (body) => Order.safeParse(body).data;
const trusts: Read = (body) => body as Order;

const intake = (read: Read) =>
  service('intake', { mq, db }, ({ mq, db }) => {
    mq.consume('orders').subscribe(async ({ message, ack, nack }) => {
      try {
        const order = message.parsed ? read(message.body) : undefined;
        if (!order) return await nack({ requeue: false });
        await db.transaction((tx) => tx.put('orders', { id: message.id, order }));
        await ack();
      } catch {
        await nack().catch(() => {}); // the connection is gone: the message comes again
      }
    });
  });

const stored = db.table.orders.inserted;

export default scenario({
  name: 'order-intake',
  services: { intake: intake(validates) },
  workload: {
    item: fc.record({
      id: fc.nat(999).map((n) => `o${n}`),
      order: fc.oneof({ weight: 3, arbitrary: orders }, { weight: 1, arbitrary: broken }),
    }),
    key: ({ id }) => id,
    uses: { mq },
    send: ({ id, order }, { mq }) => mq.publish({ key: 'orders' }, order, { id, type: 'OrderPlaced' }),
  },
  properties: [
    always('only valid orders are stored', stored, ({ order }) => Order.safeParse(order).success || 'it is none'),
    noLoss(
      mq.confirmed('orders').by((message) => message.id),
      [stored.by((row) => row.id), mq.deadLettered('orders').by((message) => message.id)],
    ),
  ],
  variants: {
    trusting: {
      breaks: 'only valid orders are stored',
      because: 'it takes whatever parses as JSON for an order',
      services: { intake: intake(trusts) },
    },
  },
});
