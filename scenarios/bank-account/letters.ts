/**
 * Writes letters about accounts that are low. What it needs to know of an account it keeps in memory: at each start it goes
 * through the log again, in silence up to the event that it handled last.
 */
import { concatMap, fromEvent, takeUntil } from 'rxjs';
import { type Ports, type Recorded, type Service, service } from '../../index.ts';
import { retried } from '../retried.ts';
import { accountOf, type AccountEvent, bank, type Checkpoint, db, LOW_CENTS, post } from './system.ts';

const uses = { bank, db, post };
type LetterPorts = Ports<typeof uses>;
type Happening = Recorded<AccountEvent>;

/** The parts that wrong variants change. */
interface LetterSteps {
  /** Since when an account is low that this event leaves low, having been so since `before` or not. */
  lowSince(before: number | undefined, event: AccountEvent): number;
  /** Whether an event that came up to `done` may be written about again. */
  isSilent(position: bigint, done: bigint): boolean;
}

const steps: LetterSteps = {
  lowSince: (before, { at }) => before ?? at,
  isSilent: (position, done) => position <= done,
};

export function lettersWith(changed: Partial<LetterSteps> = {}): Service {
  const { lowSince, isSilent } = { ...steps, ...changed };
  return service('letters', uses, async (ports, { stopping }) => {
    const done = await retried(() => begin(ports));
    const low = new Map<string, number>();
    const handle = async ({ stream, position, id, event }: Happening): Promise<void> => {
      const since = event.balance < LOW_CENTS ? lowSince(low.get(stream), event) : undefined;
      if (since === undefined) low.delete(stream);
      else low.set(stream, since);
      const letter = { eventId: id, account: accountOf(stream), balance: event.balance, lowSince: since ?? 0 };
      await retried(async () => {
        if (since !== undefined && !isSilent(position, done)) await ports.post.send(letter);
        if (position > done) await handled(position, id, ports);
        if (position === done) await ports.db.transaction((tx) => ready('live', tx));
      });
    };
    ports.bank
      .subscribe({ from: 'start', streams: 'account-' })
      .pipe(takeUntil(fromEvent(stopping, 'abort')), concatMap(handle))
      .subscribe();
  });
}

type LetterTx = Parameters<Parameters<LetterPorts['db']['transaction']>[0]>[0];

/** @returns the position of the event that was handled last */
function begin({ db }: LetterPorts): Promise<bigint> {
  return db.transaction(async (tx) => {
    const { position } = await held(tx);
    await ready(position > 0n ? 'replaying' : 'live', tx);
    return position;
  });
}

async function held(tx: LetterTx): Promise<Checkpoint> {
  const [checkpoint] = await tx.scan('checkpoints', { where: ({ id }) => id === 'letters', forUpdate: 'wait' });
  return checkpoint as Checkpoint;
}

/** While a deploy rolls two are at it: the checkpoint says how far the one has come that is ahead. */
function handled(position: bigint, eventId: string, { db }: LetterPorts): Promise<void> {
  return db.transaction(async (tx) => {
    const checkpoint = await held(tx);
    if (position > checkpoint.position) await tx.put('checkpoints', { ...checkpoint, position, eventId });
  });
}

function ready(state: 'replaying' | 'live', tx: LetterTx): Promise<void> {
  return tx.put('readiness', { service: 'letters', state });
}
