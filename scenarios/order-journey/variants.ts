/** A journey that breaks off where something had to be sent again. */
import { firstValueFrom, timer } from 'rxjs';
import type { Service, Variant } from '../../index.ts';
import { eventOf } from './events.ts';
import { type Again, inTheEnd, ordersWith, paymentWith, type Send } from './services.ts';

type Wrong = Record<string, Variant<{ orders: Service; payment: Service }>>;

/** All that is needed to make it again. */
const madeAnew: Again = ({ source, type, data }) => eventOf(source, type, data);

/**
 * What cannot be sent now is kept until it can be, and counts as sent: it goes with the process that keeps it. Met in
 * node-amqp-connection-manager and rascal, which hold messages in memory while there is no connection.
 */
const keepsItForLater: Send = async (event, tell) => {
  const later = (): Promise<void> =>
    firstValueFrom(timer(5_000))
      .then(() => tell(event))
      .catch(later);
  await tell(event).catch(() => void later());
};

export const variants: Wrong = {
  'makes-it-anew': {
    catalogue: 50,
    breaks: 'T1',
    because: 'it makes the event anew when it sends it again, without the ids of its journey',
    services: { orders: ordersWith(inTheEnd(madeAnew)) },
  },
  'keeps-it-for-later': {
    breaks: 'X2',
    because: 'it takes an event for told that it keeps in memory until the broker is there again',
    services: { payment: paymentWith(keepsItForLater) },
  },
};
