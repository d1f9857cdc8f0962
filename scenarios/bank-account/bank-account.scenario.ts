/** A balance is what its events make it: for who decides on it, for who shows it, for who writes about it, now and on replay. */
import {
  appendExclusive,
  checkpointAtomic,
  effectOnce,
  eventualDelivery,
  noLoss,
  readModelConvergence,
  type Recorded,
  replayDeterminism,
  scenario,
  silentReplay,
  snapshotEquivalence,
  upcastTotal,
} from '../../index.ts';
import { type Account, type Release, release1, release2 } from './account.ts';
import { accountsWith } from './accounts.ts';
import { lettersWith } from './letters.ts';
import { projectionWith, shown } from './projection.ts';
import { accountOf, type AccountEvent, type Balance, bank, db, LOW_CENTS, mq, post } from './system.ts';
import { variants } from './variants.ts';
import { workload } from './workload.ts';

type Happening = Recorded<AccountEvent>;

const taken = bank.appended.by(({ event }) => event.commandId);
const happened = bank.appended.by(({ id }) => id);
const written = post.called('send').by(({ eventId }) => eventId);
const { balances, checkpoints, readiness } = db.table;
const viewed = { updated: checkpoints.updated.where(({ id }) => id === 'balances').by(({ eventId }) => eventId) };
const schemaOf = (state: unknown): number => (state as Account).schema;

const folding = ({ initial, evolve }: Release) => ({
  initial,
  apply: (account: Account, { event }: Happening) => evolve(account, event),
});

/** The balances that a log comes to. */
function balancesOf(log: readonly Happening[]): ReadonlyMap<string, Balance> {
  const rows = new Map<string, Balance>();
  for (const happening of log) {
    const account = accountOf(happening.stream);
    rows.set(account, shown(rows.get(account), happening));
  }
  return rows;
}

export default scenario({
  name: 'bank-account',
  story:
    'Accounts are streams of events; balances are shown from them, letters are written about them, releases replay them.',
  patterns: ['event sourcing'],
  services: {
    accounts: accountsWith().with({ instances: 2 }),
    projection: projectionWith(),
    letters: lettersWith(),
  },
  workload,
  properties: [
    noLoss(
      mq.confirmed('commands').by((message) => message.id),
      [taken, mq.deadLettered('commands').by((message) => message.id)],
    ),
    noLoss(
      bank.appended.where(({ event }) => event.balance < LOW_CENTS).by(({ id }) => id),
      [post.applied('send').by(({ eventId }) => eventId)],
    ),
    effectOnce(taken),
    eventualDelivery(mq.published('commands')),
    appendExclusive(bank.appended, { read: bank.read }),
    replayDeterminism(written),
    snapshotEquivalence(
      bank.appended,
      bank.snapshotted.where(({ state }) => schemaOf(state) === 1),
      folding(release1),
    ),
    silentReplay(written, {
      begins: readiness.updated.where(({ state }) => state === 'replaying'),
      ends: readiness.updated.where(({ state }) => state === 'live'),
    }),
    upcastTotal(
      bank.appended.by(({ event }) => String(event.schemaVersion ?? 1)),
      folding(release2),
      { current: '2', states: bank.snapshotted.by(({ state }) => String(schemaOf(state))) },
    ),
    readModelConvergence(bank.appended, balances, balancesOf),
    checkpointAtomic(
      happened,
      [balances.inserted.by(({ eventId }) => eventId), balances.updated.by(({ eventId }) => eventId)],
      [viewed.updated],
      { reset: balances.deleted },
    ),
  ],
  variants,
  faults: {
    without: { conflict: 'its transactions are read committed; appends conflict where commands meet' },
    assumes: ['queues are quorum-replicated, the event store is durable', 'the post office remembers events'],
  },
});
