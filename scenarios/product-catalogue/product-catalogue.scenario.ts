/**
 * One write model, two read models of it, and a release that builds them anew while shoppers go on reading: beside the old ones, which
 * are read until the new ones have caught up.
 */
import fc from 'fast-check';
import { firstValueFrom, timer } from 'rxjs';
import { atEnd, effectOnce, eventualDelivery, noLoss, scenario, sessionGuarantees } from '../../index.ts';
import { products } from './products.ts';
import { siteWith } from './site.ts';
import { catalogue, db, mq, type PriceSet, PRODUCTS, type Row, SHOPPERS } from './system.ts';
import { variants } from './variants.ts';
import { cards, overview, shown, type View, viewWith } from './views.ts';

const { pages, routes } = db.table;
const looked = pages.inserted.by(({ shopper }) => shopper);

/** The rows that a view should have, by what they are of. */
function viewOf(view: View, release: number, events: readonly PriceSet[]): ReadonlyMap<string, Row> {
  const rows = new Map<string, Row>();
  for (const event of events) rows.set(view.of(event), shown(view, release, rows.get(view.of(event)), event));
  return rows;
}

/** The view that is read is what the log says, and there is no other. */
const converges = (view: View) =>
  atEnd(`${view.name}-converge`, ({ all, rows }) => {
    const release = rows(routes).find((route) => route.view === view.name)?.release ?? 0;
    const wanted = viewOf(
      view,
      release,
      all(catalogue.appended).map(({ event }) => event),
    );
    const there = rows(db.table[view.name]);
    const odd = there.find((row) => JSON.stringify(row) !== JSON.stringify(wanted.get(row.of)));
    if (odd) return `${view.name} has ${JSON.stringify(odd)}, not ${JSON.stringify(wanted.get(odd.of))}`;
    return there.length === wanted.size || `${view.name} has ${there.length} rows, not ${wanted.size}`;
  });

export default scenario({
  name: 'product-catalogue',
  story: 'Prices are written in one model and read in two, which a release builds anew while shoppers go on reading.',
  patterns: ['CQRS'],
  services: {
    products,
    cards: viewWith(cards),
    overview: viewWith(overview),
    site: siteWith().with({ instances: 2 }),
  },
  workload: {
    item: fc.record({
      id: fc.integer({ min: 1, max: 999 }).map((n) => `c${n}`),
      product: fc.constantFrom(...PRODUCTS),
      cents: fc.integer({ min: 1, max: 9_999 }),
      shopper: fc.constantFrom(...SHOPPERS),
    }),
    key: ({ id }) => id,
    count: [2, 6],
    uses: { mq },
    // A price, and a little later somebody who looks.
    send: async ({ id, product, cents, shopper }, { mq }) => {
      await mq.publish({ key: 'changes' }, { changeId: id, product, cents }, { id, type: 'PriceChange' });
      await firstValueFrom(timer(200));
      await mq.publish({ key: 'visits' }, { visitId: id, shopper }, { id, type: 'Visit' });
      await firstValueFrom(timer(1_500));
    },
  },
  properties: [
    sessionGuarantees(looked, { at: (page) => page.cards, name: 'cards-go-forward' }),
    sessionGuarantees(looked, { at: (page) => page.overview, name: 'overview-goes-forward' }),
    converges(cards),
    converges(overview),
    noLoss(
      mq.confirmed('changes').by(({ id }) => id),
      [catalogue.appended.by(({ event }) => event.changeId), mq.deadLettered('changes').by(({ id }) => id)],
    ),
    noLoss(
      mq.confirmed('visits').by(({ id }) => id),
      [pages.inserted.by(({ visitId }) => visitId), mq.deadLettered('visits').by(({ id }) => id)],
    ),
    effectOnce(catalogue.appended.by(({ event }) => event.changeId)),
    eventualDelivery(mq.published('visits')),
  ],
  variants,
  faults: {
    without: { 'clock-skew': 'nobody reads a clock' },
    assumes: ['queues are quorum-replicated', 'the event store is durable', 'read models and routes share a database'],
  },
});
