/** A charge happens once per transaction id, whatever arrives twice; what can never be charged ends in the dead letters. */
import {
  causationChain,
  duplicateInvariance,
  effectOnce,
  eventualDelivery,
  noLoss,
  oneDisposition,
  poisonIsolated,
  scenario,
} from '../../index.ts';
import { billingWith, handle } from './billing.ts';
import { card, db, mq } from './system.ts';
import { variants } from './variants.ts';
import { workload } from './workload.ts';

const requested = mq.confirmed('payments').by((message) => message.id);
const charged = db.table.charges.inserted.by((row) => row.transactionId);
const refused = mq.deadLettered('payments').by((message) => message.id);

export default scenario({
  name: 'payments',
  story: 'A billing service takes payments from a queue, charges a card, and says so in an event.',
  patterns: ['message queue', 'idempotency'],
  services: { billing: billingWith(() => handle).with({ instances: 2 }) },
  workload,
  properties: [
    noLoss(requested, [charged, refused]),
    eventualDelivery(mq.published('payments')),
    effectOnce(charged, { name: 'charged-once' }),
    effectOnce(
      card.applied('charge').by((request) => request.transactionId),
      { name: 'card-charged-once' },
    ),
    duplicateInvariance(db.table.totals),
    oneDisposition(requested, [charged, refused]),
    poisonIsolated(mq.delivered('payments'), { limit: 25 }),
    causationChain(mq.published('receipts')),
  ],
  variants,
  faults: {
    without: { 'clock-skew': 'nobody reads a clock', conflict: 'its transactions are read committed' },
    assumes: ['queues are durable and quorum-replicated', 'the card gateway remembers transaction ids'],
  },
});
