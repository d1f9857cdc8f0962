/**
 * A column is replaced by another one under load, in releases that run side by side while they roll out: expand, fill in, contract.
 * Whichever of them serves a customer, the number that they see is the last one that they gave.
 */
import fc from 'fast-check';
import { firstValueFrom, timer } from 'rxjs';
import { atEnd, eventualDelivery, noLoss, scenario, sessionGuarantees } from '../../index.ts';
import { released, second } from './releases.ts';
import { CUSTOMERS, db, mq, type Page, type Visit } from './system.ts';
import { variants } from './variants.ts';

interface Timed extends Visit {
  readonly afterMs: number;
}

const { customers, pages } = db.table;
const told = (says: Page['says']) => pages.inserted.where((page) => page.says === says);
const byCustomer = ({ customer }: Page): string => customer;
const revisionOf = ({ of }: Page): number => of;

export default scenario({
  name: 'contact-migration',
  story: 'Customers change their number and look at it, while releases replace the column that it is stored in.',
  patterns: ['schema migration', 'deploys'],
  services: { customers: released().with({ instances: 2 }) },
  workload: {
    item: fc.record(
      {
        visitId: fc.integer({ min: 1, max: 999 }).map((n) => `v${n}`),
        customer: fc.constantFrom(...CUSTOMERS),
        phone: fc.integer({ min: 1, max: 99 }).map((n) => `07${n}`),
        afterMs: fc.integer({ min: 100, max: 3_000 }),
      },
      { requiredKeys: ['visitId', 'customer', 'afterMs'] },
    ),
    key: (visit: Timed) => visit.visitId,
    count: [3, 8],
    uses: { mq },
    send: async ({ afterMs, ...visit }, { mq }) => {
      await firstValueFrom(timer(afterMs));
      await mq.publish({ key: 'visits' }, visit, { id: visit.visitId, type: 'Visit' });
    },
  },
  properties: [
    sessionGuarantees(told('shown').by(byCustomer), {
      at: revisionOf,
      writes: { told: told('saved').by(byCustomer), at: revisionOf },
    }),
    atEnd('the-last-number-stands', ({ all, rows }) => {
      const last = new Map(all(told('saved')).map(({ customer, number }) => [customer, number]));
      const odd = rows(customers).find((row) => second.read(row).number !== (last.get(row.name) ?? '0700'));
      return !odd || `${odd.name} has ${JSON.stringify(odd)}, and saved ${last.get(odd.name) ?? 'nothing'}`;
    }),
    noLoss(
      mq.confirmed('visits').by(({ id }) => id),
      [told('shown').by(({ visitId }) => visitId), mq.deadLettered('visits').by(({ id }) => id)],
    ),
    eventualDelivery(mq.published('visits')),
  ],
  variants,
  faults: {
    without: { 'clock-skew': 'nobody reads a clock', conflict: 'its transactions are read committed' },
    assumes: ['queues are quorum-replicated', 'a release is rolled out when the one before it has been'],
  },
});
