/** One journey over five services and a broker, told by correlation and causation ids alone, whatever had to be tried again. */
import fc from 'fast-check';
import { atEnd, causationChain, effectOnce, eventualDelivery, noLoss, noLostOutboxRow, scenario } from '../../index.ts';
import { eventOf } from './events.ts';
import { journeysOf, type Traced } from './journey.ts';
import { mail, ordersWith, paymentWith, shipping, stock, tell } from './services.ts';
import { db, mq, type Order } from './system.ts';
import { variants } from './variants.ts';

const happened = db.table.events.inserted.where(({ event }) => event !== null);
const requested = mq.confirmed('orders').by(({ id }) => id);

export default scenario({
  name: 'order-journey',
  story: 'An order goes through five services that know nothing of each other; its events tell its journey by two ids.',
  patterns: ['tracing', 'event as immutable record'],
  services: {
    orders: ordersWith(),
    payment: paymentWith().with({ instances: 2 }),
    stock,
    shipping: shipping.with({ instances: 2 }),
    mail,
  },
  workload: {
    item: fc.record({
      orderId: fc.integer({ min: 1, max: 999 }).map((n) => `o${n}`),
      sku: fc.constantFrom('chair', 'table', 'lamp'),
      cents: fc.integer({ min: 1, max: 100_000 }),
    }),
    key: (order: Order) => order.orderId,
    count: [1, 3],
    uses: { mq },
    send: (order, ports) => tell(eventOf('web', 'OrderRequested', { ...order }), ports),
  },
  properties: [
    causationChain(mq.published(), { causation: 'ce_causationid', correlation: 'ce_correlationid' }),
    atEnd('journeys-are-whole', ({ all }) => {
      const torn = [...journeysOf(all(mq.published()).map(traced))].find(([, begins]) => begins.length !== 1);
      return !torn || `${torn[0]} begins ${torn[1].length} times: ${torn[1].map(({ id }) => id).join(', ')}`;
    }),
    noLoss(requested, [
      happened.where(({ event }) => event?.type === 'OrderPlaced').by(({ event }) => event?.causationid),
      mq.deadLettered('orders').by(({ id }) => id),
    ]),
    noLostOutboxRow(
      happened.by(({ id }) => id),
      mq.published().by(({ id }) => id),
    ),
    effectOnce(happened.by(({ event }) => `${event?.type} ${event?.subject}`)),
    eventualDelivery(mq.published('shipping')),
  ],
  variants,
  faults: {
    without: { 'clock-skew': 'nobody reads a wall clock', conflict: 'its transactions are read committed' },
    assumes: ['queues are durable'],
  },
});

/** Of a message its ids, and what to call it. */
export function traced({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): Traced {
  const text = (name: string): string => String(headers[`ce_${name}`]);
  const event = { id: text('id'), source: text('source'), type: text('type'), correlationid: text('correlationid') };
  return headers['ce_causationid'] === undefined ? event : { ...event, causationid: text('causationid') };
}
