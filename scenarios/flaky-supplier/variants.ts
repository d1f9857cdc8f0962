/** Retries as they are often built: each turns a supplier's trouble into more work for it. */
import type { Service, Variant } from '../../index.ts';
import { type Count, type Parts, shopWith, TRIES_MAX } from './shop.ts';
import { tryAgain } from '../try-again.ts';

type Wrong = Record<string, Variant<{ shop: Service }>>;

/** A few tries for each delivery. */
const countsHere = (): Count => {
  let attempt = 0;
  return async () => (attempt < TRIES_MAX ? ++attempt : undefined);
};

/** Somebody else may have more luck. */
const givesBack: Parts['giveUp'] = ({ nack }) => nack();

/** It will be there again. */
const countsOn = (): Count => {
  let attempt = 0;
  return async () => ++attempt;
};

/**
 * The client comes back by itself, and its user has it come back too: two consumers hold twice as much. Met on top of clients for
 * RabbitMQ that reconnect by themselves (Dapr, node-amqp-connection-manager).
 */
const consumesAgain: Parts['failed'] = async (delivery, { code }, consume) => {
  if (code === 'EDDY_STALE_DELIVERY')
    consume(); // the connection was lost
  else await tryAgain(delivery);
};

export const variants: Wrong = {
  'retries-in-two-layers': {
    breaks: 'Z1',
    because: 'it gives an order that it has tried in vain back to the broker, which has it tried as often again',
    services: { shop: shopWith({ counting: countsHere, giveUp: givesBack }) },
  },
  'retries-without-end': {
    breaks: 'Z1',
    because: 'it asks until it is answered, however long the supplier is away',
    services: { shop: shopWith({ counting: countsOn, wait: async () => {} }) },
  },
  'takes-all-it-gets': {
    breaks: 'Z1',
    because: 'it has no bulkhead: all orders that there are wait for the supplier at once',
    services: { shop: shopWith({ prefetch: 0 }) },
  },
  'consumes-again': {
    breaks: 'Z1',
    because: 'it consumes anew when its connection was lost, beside the consumer that has come back by itself',
    services: { shop: shopWith({ failed: consumesAgain }) },
  },
};
