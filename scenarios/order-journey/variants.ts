/** A journey that breaks off where something had to be tried again. */
import type { Service, Variant } from '../../index.ts';
import { type Again, paymentWith } from './services.ts';

type Wrong = Record<string, Variant<{ payment: Service }>>;

/** What makes it the same event, and how often it was tried. */
const renewed: Again = ({ headers }) => {
  const kept = ['source', 'subject', 'time', 'dataschema', 'specversion'].map((name) => `ce_${name}`);
  const attempt = Number(headers['attempt'] ?? 0) + 1;
  return { headers: { ...Object.fromEntries(kept.map((name) => [name, headers[name]])), attempt } };
};

export const variants: Wrong = {
  'renews-the-headers': {
    catalogue: 50,
    breaks: 'T1',
    because: 'it sends what is to be tried again under headers of its own, without the ids of the journey',
    services: { payment: paymentWith(renewed) },
  },
};
