/** Rebuilds without downtime as they are often built: each shows readers a view that is not there yet, not whole, or not there any more. */
import type { Service, Variant } from '../../index.ts';
import { siteWith } from './site.ts';
import type { Route } from './system.ts';
import { cards, viewWith } from './views.ts';

type Wrong = Record<string, Variant<{ cards: Service; site: Service }>>;

/**
 * The view of a release is the one that bears its number. The kind of bug by which a deploy empties pages: the application starts, and
 * reads a view whose projection has only begun.
 */
const readsWhatItBuilds = viewWith(cards, { isReady: () => true });

/** A projection goes on from its checkpoint, and it is the same projection. */
const sharesTheCheckpoint = viewWith(cards, { checkpointOf: (view) => view });

/** Where a view is to be found changes once in a release. */
const remembersTheRoute = siteWith(() => {
  const known = new Map<string, Route | undefined>();
  return {
    async routeTo(tx, view) {
      if (!known.has(view)) known.set(view, await tx.get('routes', view));
      return known.get(view);
    },
  };
});

export const variants: Wrong = {
  'reads-what-it-builds': {
    breaks: 'C3',
    because: 'it sends readers to its view before that has caught up with the old one',
    services: { cards: readsWhatItBuilds },
  },
  'shares-the-checkpoint': {
    breaks: 'C3',
    because: 'both views have one checkpoint, so that the new one passes for whole before it has read anything',
    services: { cards: sharesTheCheckpoint },
  },
  'remembers-the-route': {
    breaks: 'C3',
    because: 'it remembers which view to read, and goes on reading the old one when that was dropped',
    services: { site: remembersTheRoute },
  },
};
