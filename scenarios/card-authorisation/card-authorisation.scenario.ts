/** A customer waits for a yes or a no, and what nobody waits for goes by events: request and reply beside publish and subscribe. */
import fc from 'fast-check';
import {
  atEnd,
  effectOnce,
  eventualDelivery,
  noLoss,
  noLostOutboxRow,
  outcomeSound,
  replyMatches,
  scenario,
} from '../../index.ts';
import { checkoutWith } from './checkout.ts';
import { gateway } from './gateway.ts';
import { receiptsWith } from './receipts.ts';
import { type Checkout, db, type Decision, mq } from './system.ts';
import { variants } from './variants.ts';

const { decisions, holds } = db.table;
const is = (decision: Decision['decision']) => decisions.inserted.where((row) => row.decision === decision);
const byRequest = ({ requestId }: { requestId: string }): string => requestId;
const byOrder = ({ orderId }: { orderId: string }): string => orderId;

export default scenario({
  name: 'card-authorisation',
  story:
    'A checkout asks whether a card is good, waits for the reply a while, and tells the rest of the shop by events.',
  patterns: ['request/response beside events'],
  services: { checkout: checkoutWith().with({ instances: 2 }), gateway, receipts: receiptsWith() },
  workload: {
    item: fc.record({
      orderId: fc.integer({ min: 1, max: 999 }).map((n) => `o${n}`),
      cents: fc.integer({ min: 1, max: 100_000 }),
    }),
    key: (order: Checkout) => order.orderId,
    count: [1, 6],
    uses: { mq },
    send: (order, { mq }) => mq.publish({ key: 'checkouts' }, order, { id: order.orderId, type: 'CheckoutRequested' }),
  },
  properties: [
    noLoss(
      mq.confirmed('checkouts').by(({ id }) => id),
      [decisions.inserted.by(byOrder), mq.deadLettered('checkouts').by(({ id }) => id)],
    ),
    outcomeSound(holds.inserted.where(({ state }) => state === 'held').by(byRequest), {
      givenUp: is('declined').by(byRequest),
    }),
    replyMatches(
      mq.published('requests').by(({ headers }) => String(headers['requestId'])),
      decisions.inserted.where(({ answers }) => answers !== '').by(byRequest),
      { answers: ({ answers }) => answers, givenUp: is('unknown').by(byRequest) },
    ),
    atEnd('money-is-held-for-the-approved', ({ rows }) => {
      const approved = rows(decisions).flatMap(({ decision, requestId }) =>
        decision === 'approved' ? [requestId] : [],
      );
      const held = rows(holds).flatMap(({ state, requestId }) => (state === 'held' ? [requestId] : []));
      const odd = held.find((id) => !approved.includes(id)) ?? approved.find((id) => !held.includes(id));
      return odd === undefined || `${odd} is ${held.includes(odd) ? 'held' : 'approved'} alone`;
    }),
    noLostOutboxRow(
      is('approved').by(byOrder),
      mq.published<{ orderId: string }>('approved').by(({ body }) => body.orderId),
    ),
    effectOnce(db.table.receipts.inserted.by(byOrder)),
    eventualDelivery(mq.published('checkouts')),
  ],
  variants,
  faults: {
    without: { 'clock-skew': 'nobody reads a clock', conflict: 'its transactions are read committed' },
    assumes: ['queues are durable', 'the gateway knows a request that it has answered before'],
  },
});
