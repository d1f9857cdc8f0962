/** Checkouts that take somebody else's reply for theirs, or silence for a no. */
import { firstValueFrom, timer } from 'rxjs';
import type { Service, Variant } from '../../index.ts';
import { type Asking, checkoutWith, type Naming, type IsReplyTo, PATIENCE_MS } from './checkout.ts';
import { type Failed, receiptsWith } from './receipts.ts';
import { tryAgain } from '../try-again.ts';

type Wrong = Record<string, Variant<{ checkout: Service; receipts: Service }>>;

/** One customer at a time is served, so the next reply is the one. */
const byType: IsReplyTo = () => (reply) => reply.type === 'AuthorisationAnswered';

/**
 * The timer is called off where the reply comes, and left where asking fails: it goes off amid the next attempt. Met in clients
 * whose time-outs outlive their requests (Vert.x, http4s).
 */
const forgetsItsTimer: Asking = async (ask, abandon) => {
  const late = timer(PATIENCE_MS).subscribe(() => void abandon().catch(() => {}));
  const reply = await ask();
  late.unsubscribe();
  return reply;
};

/**
 * A retry that is a message of its own is known to nobody, though the first try may have been done. Met where redelivery with a delay
 * publishes anew, under a new message id (MassTransit).
 */
const sendsACopy: Failed = async (delivery, { mq }) => {
  const { type, body } = delivery.message;
  await firstValueFrom(timer(300));
  await mq
    .publish({ key: 'approved' }, body, { type })
    .then(delivery.ack)
    .catch(() => tryAgain(delivery));
};

/**
 * A restart begins to count anew, and asks again by the names of requests that were answered before it. Met in transports whose correlation
 * ids are reset with them (Redpanda), and where a process hears replies to the one before it (Boulder over AMQP).
 */
const countsItsRequests: Naming = ({ instance }) => {
  let count = 0;
  return () => `authorise-${instance}-${++count}`;
};

export const variants: Wrong = {
  'takes-the-next-reply': {
    catalogue: 49,
    breaks: 'Q1',
    because: 'it matches replies by their type, and takes a late one for the reply to its next request',
    services: { checkout: checkoutWith(byType) },
  },
  'takes-silence-for-no': {
    catalogue: 23,
    breaks: 'D2',
    because: 'it takes a time-out for a no, and tells the customer so though the money is held',
    services: { checkout: checkoutWith(undefined, 'declined') },
  },
  'forgets-its-timer': {
    breaks: 'money-is-held-for-the-approved',
    because: 'the timer of an attempt that failed goes on, and lets go of what the next attempt was granted',
    services: { checkout: checkoutWith(undefined, undefined, forgetsItsTimer) },
  },
  'counts-its-requests': {
    breaks: 'Q1',
    because:
      'it numbers its requests in memory: after a restart a reply to one of before is the reply to another order',
    services: { checkout: checkoutWith(undefined, undefined, undefined, countsItsRequests) },
  },
  'retries-with-a-copy': {
    breaks: 'I1',
    because: 'it publishes what failed anew, under an id of its own: what was done already is done again',
    services: { receipts: receiptsWith(sendsACopy) },
  },
};
