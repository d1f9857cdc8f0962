/** Checkouts that take somebody else's reply for theirs, or silence for a no. */
import type { Service, Variant } from '../../index.ts';
import { checkoutWith, type IsReplyTo } from './checkout.ts';

type Wrong = Record<string, Variant<{ checkout: Service }>>;

/** One customer at a time is served, so the next reply is the one. */
const byType: IsReplyTo = () => (reply) => reply.type === 'AuthorisationAnswered';

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
};
