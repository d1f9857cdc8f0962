/** Trades are published once and in order, booked on both sides or on none, and read when that is certain. */
import fc from 'fast-check';
import {
  effectOnce,
  eventualDelivery,
  logIntegrity,
  noDirtyRead,
  noLoss,
  outcomeSound,
  producerOrder,
  scenario,
} from '../../index.ts';
import { ledgerWith } from './ledger.ts';
import { publisherWith } from './publisher.ts';
import { settlement } from './settlement.ts';
import { type Booking, db, log, type Trade } from './system.ts';
import { variants } from './variants.ts';

const byId = ({ id }: { id: string }): string => id;
const published = log.published<Trade>('trades');
const confirmed = log.confirmed<Trade>('trades').by(byId);
const entered = db.table.entries.inserted.by(({ id }) => /^(.*)-credit$/.exec(id)?.[1]);
const parked = log.confirmed('parked').by(byId);

export default scenario({
  name: 'stream-producer',
  story: 'An exchange publishes its trades to a log, books both sides of each in a transaction, and keeps a ledger.',
  patterns: ['event stream'],
  services: { publisher: publisherWith(), settlement, ledger: ledgerWith() },
  workload: {
    item: fc.record({
      tradeId: fc.integer({ min: 1, max: 9_999 }).map((n) => `t${n}`),
      buyer: fc.constantFrom('Ann', 'Bob'),
      seller: fc.constantFrom('Zoë', 'Yann'),
      cents: fc.integer({ min: 1, max: 1_000_000 }),
      // Now and then longer than the log takes.
      note: fc.oneof({ weight: 9, arbitrary: fc.constant('') }, fc.constant('long '.repeat(1_000))),
    }),
    key: (trade: Trade) => trade.tradeId,
    count: [2, 6],
    uses: { db },
    send: (trade, { db }) =>
      db.transaction(async (tx) => {
        const position = Number(await tx.next('position'));
        await tx.insertIfAbsent('trades', { ...trade, position, state: 'new' });
      }),
  },
  properties: [
    noLoss(confirmed, [entered, parked, log.confirmed('parked').by(({ id }) => id.replace('-credit', ''))]),
    outcomeSound(published.by(byId), {
      confirmed,
      delivered: log.delivered<Trade>('trades').by(byId),
      givenUp: db.table.refunds.inserted.by(({ tradeId }) => tradeId),
    }),
    producerOrder(published),
    logIntegrity(log.published()),
    noDirtyRead(log.delivered<Booking>('bookings'), { effects: [db.table.entries.inserted] }),
    effectOnce(db.table.entries.inserted.by(byId)),
    eventualDelivery(log.published('trades')),
  ],
  variants,
  faults: {
    without: { 'clock-skew': 'nobody reads a clock', conflict: 'its transactions are read committed' },
    assumes: ['topics have three replicas, of which the log elects none that is behind'],
  },
});
