/** A journey that breaks off where something had to be sent again. */
import type { Service, Variant } from '../../index.ts';
import { eventOf } from './events.ts';
import { type Again, ordersWith } from './services.ts';

type Wrong = Record<string, Variant<{ orders: Service }>>;

/** All that is needed to make it again. */
const madeAnew: Again = ({ source, type, data }) => eventOf(source, type, data);

export const variants: Wrong = {
  'makes-it-anew': {
    catalogue: 50,
    breaks: 'T1',
    because: 'it makes the event anew when it sends it again, without the ids of its journey',
    services: { orders: ordersWith(madeAnew) },
  },
};
