/** Sites that show a customer something older than what they know: each for another reason does without the token, or lets go of it. */
import type { Service, Variant } from '../../index.ts';
import { siteWith } from './site.ts';

type Wrong = Record<string, Variant<{ site: Service }>>;

/**
 * Replicas are as good as each other, and a redirect takes longer than they are behind. The kind of bug by which what was just made is
 * not found: reads go to replicas by default, and nobody thought of the one behind a write.
 */
const asksAnyReplica = siteWith(() => ({ mayShow: () => true }));

/** A session sticks to its server, so its token may stay there: until the server is another one, or the same started anew. */
const keepsTheTokenInMemory = siteWith(() => {
  const known = new Map<string, number>();
  return {
    held: async (_, customer) => ({ customer, version: known.get(customer) ?? 0 }),
    keep: async (_, { customer, version: before }, version) => void known.set(customer, Math.max(before, version)),
  };
});

/** What a session did last is how far it has come: when nothing comes twice, or out of order. */
const keepsTheLastToken = siteWith(() => ({
  keep: (tx, { customer }, version) => tx.put('sessions', { customer, version }),
}));

export const variants: Wrong = {
  'asks-any-replica': {
    breaks: 'C3',
    because: 'it shows what the replica has, however far behind what the customer wrote or saw that is',
    services: { site: asksAnyReplica },
  },
  'keeps-the-last-token': {
    breaks: 'C3',
    because: 'it lets the token go back when a visit that comes again tells of its change anew',
    services: { site: keepsTheLastToken },
  },
  'keeps-the-token-in-memory': {
    breaks: 'C3',
    because: 'it keeps what the customer knows in memory, where another instance or process does not find it',
    services: { site: keepsTheTokenInMemory },
  },
};
