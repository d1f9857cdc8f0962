/** Banks as they are often built: each forgets an event, counts one twice, or tells one story now and another one later. */
import { concat, defer, firstValueFrom, from as stream, mergeMap, timer } from 'rxjs';
import type { Service, Variant } from '../../index.ts';
import { release1, release2 } from './account.ts';
import { accountsWith } from './accounts.ts';
import { now } from './clock.ts';
import { lettersWith } from './letters.ts';
import { held, projectionWith, show, shown, type ViewPorts } from './projection.ts';
import { accountOf, ACCOUNTS, streamOf } from './system.ts';

type Wrong = Record<string, Variant<{ accounts: Service; projection: Service; letters: Service }>>;

/** The view first, then how far it has come. */
const twoTransactions = projectionWith({
  async project(happening, generation, { db }) {
    const { position, id: eventId } = happening;
    const checkpoint = await db.transaction(held);
    if (checkpoint.generation !== generation) return false;
    if (position <= checkpoint.position) return true;
    await db.transaction((tx) => show(tx, happening));
    await db.transaction((tx) => tx.put('checkpoints', { ...checkpoint, position, eventId }));
    return true;
  },
});

/** Events may come out of order, so the latest wins. */
const latestWins = projectionWith({
  project: (happening, generation, { db }) =>
    db.transaction(async (tx) => {
      const checkpoint = await held(tx);
      if (checkpoint.generation !== generation) return false;
      if (happening.position <= checkpoint.position) return true;
      const before = await tx.get('balances', accountOf(happening.stream));
      if (!before || before.at <= happening.event.at) await tx.put('balances', shown(before, happening));
      await tx.put('checkpoints', { ...checkpoint, position: happening.position, eventId: happening.id });
      return true;
    }),
});

/** Reads what there is, account by account, then listens. */
const readsThenListens = projectionWith({
  events: (from, { bank }: ViewPorts) =>
    concat(
      defer(() => Promise.all(ACCOUNTS.map((account) => bank.read(streamOf(account))))).pipe(
        mergeMap((all) => stream(all.flat().toSorted((a, b) => (a.position < b.position ? -1 : 1)))),
      ),
      bank.subscribe({ from: 'end', streams: 'account-' }),
    ),
});

export const variants: Wrong = {
  'checkpoint-apart': {
    catalogue: 31,
    breaks: 'C2',
    because: 'it stores the view and how far it has come in two transactions',
    services: { projection: twoTransactions },
  },
  'latest-clock-wins': {
    catalogue: 33,
    breaks: 'C1',
    because: 'it passes over events that bear an earlier time than what it shows, and hosts disagree about the time',
    services: { projection: latestWins },
  },
  'reads-then-listens': {
    catalogue: 34,
    breaks: 'C1',
    because: 'what is appended after it has read and before it listens is lost',
    services: { projection: readsThenListens },
  },
  'writes-during-replay': {
    catalogue: 35,
    breaks: 'R3',
    because: 'it sends letters for every event that it goes through, also when it goes through them again',
    services: { letters: lettersWith({ isSilent: () => false }) },
  },
  'reads-the-clock': {
    catalogue: 36,
    breaks: 'R1',
    because: 'what it makes of an event depends on when it looks at it',
    services: { letters: lettersWith({ lowSince: (before) => before ?? now() }) },
  },
  'labels-snapshot-late': {
    catalogue: 37,
    breaks: 'R2',
    because: 'it keeps its snapshot a little later, under the version that the stream has by then',
    services: {
      accounts: accountsWith({
        async keep({ stream, account }, bank) {
          await firstValueFrom(timer(40)); // commands that wait go first
          const version = (await bank.read(stream)).at(-1)?.version ?? 0;
          await bank.saveSnapshot(stream, version, account);
        },
      }),
    },
  },
  'keeps-old-snapshots': {
    catalogue: 38,
    breaks: 'R5',
    because: 'it goes on from snapshots of the schema before, which never counted what the new one counts',
    services: { accounts: accountsWith({ trusts: ({ schema }, release) => schema <= release.schema }) },
  },
  // It is kept when the work is over, well or not. Met in frameworks for event sourcing that keep snapshots before a commit (Axon, patchlevel).
  'keeps-what-was-refused': {
    breaks: 'R2',
    because: 'it keeps its snapshot also when its append failed: of a version that is not there, or somebody else’s',
    services: {
      accounts: accountsWith({
        async append({ stream, version, account, tail }, event, bank) {
          const { evolve } = account.schema === 1 ? release1 : release2;
          try {
            return await bank.append(stream, [event], { expected: version });
          } finally {
            if (tail > 0) await bank.saveSnapshot(stream, version + 1, evolve(account, event)).catch(() => {});
          }
        },
        keep: async () => {},
      }),
    },
  },
  'appends-any': {
    catalogue: 39,
    breaks: 'R4',
    because: 'it appends whatever the version is, so that two commands may be decided on one balance',
    services: {
      accounts: accountsWith({
        append: ({ stream }, event, bank) => bank.append(stream, [event], { expected: 'any' }),
      }),
    },
  },
};
