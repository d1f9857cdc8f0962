/** Producers as they are often tuned, and a reader as it comes out of the box: each tells what did not happen, or not in that order. */
import type { Service, Variant } from '../../index.ts';
import { ledgerWith } from './ledger.ts';
import { publisherWith } from './publisher.ts';

type Wrong = Record<string, Variant<{ publisher: Service; ledger: Service }>>;

export const variants: Wrong = {
  'several-in-flight': {
    catalogue: 22,
    breaks: 'O1',
    because: 'it has several in flight without idempotence: a first one that fails is sent again behind the second',
    services: {
      publisher: publisherWith({
        options: { idempotence: false, maxInFlight: 5 },
        async all(rows, publish) {
          await Promise.all(rows.map(publish)); // as fast as it goes
        },
      }),
    },
  },
  'takes-time-out-for-failure': {
    catalogue: 23,
    breaks: 'D2',
    because: 'it refunds a trade after a time-out, which may be in the log all the same',
    services: {
      publisher: publisherWith({
        isRefused: ({ code }) => code === 'EDDY_MESSAGE_TOO_LARGE' || code === 'EDDY_TIMEOUT',
      }),
    },
  },
  'asks-the-leader-alone': {
    catalogue: 24,
    breaks: 'D1',
    because: 'it takes the word of the leader alone, whose successor may not have the record',
    services: { publisher: publisherWith({ options: { acks: 1 } }) },
  },
  'reads-uncommitted': {
    catalogue: 30,
    breaks: 'D3',
    because: 'it reads what a transaction wrote that was then aborted',
    services: { ledger: ledgerWith('read_uncommitted') },
  },
};
