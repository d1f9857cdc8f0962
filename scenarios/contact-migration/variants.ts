/** Migrations as they are often made: each is right as long as nobody changes anything meanwhile, or no older instance runs. */
import { firstValueFrom, timer } from 'rxjs';
import type { Service, Variant } from '../../index.ts';
import { retried } from '../retried.ts';
import type { Release } from './customers.ts';
import { filledIn, ofContact, PAUSE_MS, released, third } from './releases.ts';

type Wrong = Record<string, Variant<{ customers: Service }>>;

/**
 * Reads all rows, then writes them in small steps. The kind of bug by which a backfill loses what is written beside it: what it puts back
 * is the whole row as it was read, and the writer that was faster is not seen.
 */
const backfillsWhatItRead: Release['beside'] = async ({ db }) => {
  const rows = await retried(() => db.transaction((tx) => tx.scan('customers')));
  for (const row of rows) {
    await retried(() => db.transaction((tx) => tx.put('customers', filledIn(row))));
    await firstValueFrom(timer(PAUSE_MS));
  }
};

export const variants: Wrong = {
  'backfills-what-it-read': {
    breaks: 'C3',
    because: 'its backfill writes rows back as it read them, over what was changed meanwhile',
    services: { customers: released({ beside: backfillsWhatItRead }) },
  },
  'contracts-in-one-release': {
    breaks: 'C3',
    because:
      'the release that brings the new column clears the old one, which instances of the release before still read',
    services: { customers: released(third) },
  },
  'reads-the-new-column': {
    breaks: 'C3',
    because: 'it reads the new column before that is filled in, and while older instances write the old one alone',
    services: { customers: released({ read: ofContact }) },
  },
};
