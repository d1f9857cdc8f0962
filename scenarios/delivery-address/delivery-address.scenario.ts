/**
 * A view lags behind what is written, and customers see so: a change is on its way until it is there. What they have written or seen
 * is never followed by something older, whichever of two replicas answers.
 */
import fc from 'fast-check';
import { firstValueFrom, timer } from 'rxjs';
import {
  appendExclusive,
  effectOnce,
  eventualDelivery,
  noLoss,
  readModelConvergence,
  type Recorded,
  scenario,
  sessionGuarantees,
} from '../../index.ts';
import { replica, shown } from './replica.ts';
import { siteWith } from './site.ts';
import { type AddressChanged, addresses, CUSTOMERS, db, mq, type Page, type Shown, type Visit } from './system.ts';
import { variants } from './variants.ts';

const { near, far, pages } = db.table;
const told = (says: Page['says']) => pages.inserted.where((page) => page.says === says);
const byCustomer = ({ customer }: Page): string => customer;
const versionOf = ({ version }: Page): number => version;

/** What a view of this log shows. */
function viewOf(log: readonly Recorded<AddressChanged>[]): ReadonlyMap<string, Shown> {
  return new Map(log.map(shown).map((row) => [row.customer, row]));
}

export default scenario({
  name: 'delivery-address',
  story: 'Customers change where their parcels go and look at it, in a view of two replicas that lag behind.',
  patterns: ['eventual consistency'],
  services: { site: siteWith().with({ instances: 2 }), near: replica('near'), far: replica('far') },
  workload: {
    item: fc.record(
      {
        visitId: fc.integer({ min: 1, max: 999 }).map((n) => `v${n}`),
        customer: fc.constantFrom(...CUSTOMERS),
        address: fc.constantFrom('1 Elm Road', '2 Oak Lane', '3 Ash Street'),
      },
      { requiredKeys: ['visitId', 'customer'] },
    ),
    key: (visit: Visit) => visit.visitId,
    count: [2, 6],
    uses: { mq },
    send: async (visit, { mq }) => {
      await mq.publish({ key: 'visits' }, visit, { id: visit.visitId, type: 'Visit' });
      await firstValueFrom(timer(300));
    },
  },
  properties: [
    sessionGuarantees(told('shown').by(byCustomer), {
      at: versionOf,
      writes: { told: told('saved').by(byCustomer), at: versionOf },
    }),
    noLoss(
      mq.confirmed('visits').by(({ id }) => id),
      [told('shown').by(({ visitId }) => visitId), mq.deadLettered('visits').by(({ id }) => id)],
    ),
    effectOnce(addresses.appended.by(({ event }) => event.visitId)),
    appendExclusive(addresses.appended, { read: addresses.read }),
    readModelConvergence(addresses.appended, near, viewOf, { name: 'near-converges' }),
    readModelConvergence(addresses.appended, far, viewOf, { name: 'far-converges' }),
    eventualDelivery(mq.published('visits')),
  ],
  variants,
  faults: {
    without: {
      'clock-skew': 'nobody reads a clock',
      conflict: 'its transactions are read committed; appends conflict where visits meet',
    },
    assumes: ['queues are quorum-replicated', 'the event store is durable'],
  },
});
