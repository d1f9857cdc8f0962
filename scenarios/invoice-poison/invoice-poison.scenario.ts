/** A poisoned invoice is moved aside, a failing one is tried again in its turn, and what was parked comes back once. */
import {
  effectOnce,
  effectOrder,
  eventualDelivery,
  noLoss,
  noOverSuppression,
  oneDisposition,
  poisonIsolated,
  redriveFaithful,
  scenario,
} from '../../index.ts';
import { invoicingWith } from './invoicing.ts';
import { moveBack, redriveWith } from './redrive.ts';
import { db, mail, mq } from './system.ts';
import { variants } from './variants.ts';
import { workload } from './workload.ts';

const issued = mq.confirmed('invoices').by((message) => message.id);
const booked = db.table.booked.inserted.by((row) => row.invoiceId);
// What was parked has lost its turn.
const inTurn = db.table.booked.inserted.where((row) => !row.redriven).by((row) => row.invoiceId);
const buried = mq.deadLettered('invoices.redrive').by((message) => message.id);

export default scenario({
  name: 'invoice-poison',
  story:
    'Invoices are booked and sent, each customer’s in turn; poison is parked, failures are tried again, and a redrive brings parked ones back.',
  patterns: ['dead letters'],
  services: { invoicing: invoicingWith().with({ instances: 2 }), redrive: redriveWith(moveBack) },
  workload,
  properties: [
    noLoss(issued, [booked, buried]),
    eventualDelivery(mq.published('invoices')),
    effectOnce(booked, { name: 'booked-once' }),
    effectOnce(
      mail.applied('send').by((request) => request.invoiceId),
      { name: 'sent-once' },
    ),
    effectOrder(
      mq.delivered('invoices').by((message) => message.id),
      inTurn,
      (message) => String(message.headers['customer']),
    ),
    oneDisposition(issued, [booked, buried]),
    // Three attempts, three more after a redrive, and the rounds in which it waits for its turn.
    poisonIsolated(mq.delivered('invoices'), { limit: 40 }),
    redriveFaithful(mq.delivered('invoices.redrive'), mq.published('invoices'), {
      effect: booked,
      ignoring: ['reason'],
    }),
    noOverSuppression(
      mq.acked('invoices').by((message) => message.id),
      [booked, buried],
    ),
  ],
  variants,
  faults: {
    without: { 'clock-skew': 'nobody decides by a clock', conflict: 'its transactions are read committed' },
    assumes: [
      'queues are durable and quorum-replicated',
      'dead letters reach their queue',
      'the mail service knows ids',
    ],
  },
});
