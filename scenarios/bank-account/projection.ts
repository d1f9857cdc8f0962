/**
 * Keeps the balances that customers see. An event and how far the view has come are written in one transaction, which
 * holds the checkpoint's row: whoever else is at it finds the event done. A release that makes the view otherwise
 * empties it and goes through the log from its start; the older release then stands down.
 */
import { concatMap, fromEvent, type Observable, takeUntil, takeWhile } from 'rxjs';
import { type Ports, type Recorded, type Service, service } from '../../index.ts';
import { retried } from '../retried.ts';
import { accountOf, type AccountEvent, type Balance, bank, type Checkpoint, db } from './system.ts';

const uses = { bank, db };
export type ViewPorts = Ports<typeof uses>;
type ViewTx = Parameters<Parameters<ViewPorts['db']['transaction']>[0]>[0];
type Happening = Recorded<AccountEvent>;

/** The parts that wrong variants change. */
interface ViewSteps {
  /** What is to be shown, from the checkpoint on. */
  events(from: bigint, ports: ViewPorts): Observable<Happening>;
  /** @returns whether this release still keeps the view */
  project(happening: Happening, generation: number, ports: ViewPorts): Promise<boolean>;
}

const viewSteps: ViewSteps = {
  events: (from, { bank }) => bank.subscribe({ from, streams: 'account-' }),
  project: (happening, generation, { db }) =>
    db.transaction(async (tx) => {
      const checkpoint = await held(tx);
      if (checkpoint.generation !== generation) return false;
      if (happening.position <= checkpoint.position) return true;
      await show(tx, happening);
      await tx.put('checkpoints', { ...checkpoint, position: happening.position, eventId: happening.id });
      return true;
    }),
};

/** The service with some of its steps replaced; a deploy brings a release that builds the view anew. */
export function projectionWith(changed: Partial<ViewSteps> = {}): Service {
  const all = { ...viewSteps, ...changed };
  return projection(1, all).upgradedTo(projection(2, all));
}

function projection(generation: number, { events, project }: ViewSteps): Service {
  return service('projection', uses, async (ports, { stopping }) => {
    const position = await retried(() => begin(generation, ports));
    events(position, ports)
      .pipe(
        takeUntil(fromEvent(stopping, 'abort')),
        concatMap((happening) => retried(() => project(happening, generation, ports))),
        takeWhile((isOurs) => isOurs),
      )
      .subscribe();
  });
}

/** Where to go on. */
function begin(generation: number, { db }: ViewPorts): Promise<bigint> {
  return db.transaction(async (tx) => {
    const checkpoint = await held(tx);
    if (checkpoint.generation >= generation) return checkpoint.position;
    for (const { account } of await tx.scan('balances')) await tx.delete('balances', account);
    await tx.put('checkpoints', { ...checkpoint, position: 0n, eventId: '', generation });
    return 0n;
  });
}

/** The checkpoint, which nobody else moves as long as the transaction lasts. */
export async function held(tx: ViewTx): Promise<Checkpoint> {
  const [checkpoint] = await tx.scan('checkpoints', { where: ({ id }) => id === 'balances', forUpdate: 'wait' });
  return checkpoint as Checkpoint;
}

export async function show(tx: ViewTx, happening: Happening): Promise<void> {
  const before = await tx.get('balances', accountOf(happening.stream));
  await tx.put('balances', shown(before, happening));
}

/** The row that an event makes of the one before it. */
export function shown(before: Balance | undefined, { stream, id, event }: Happening): Balance {
  const { balance: cents, at } = event;
  return { account: accountOf(stream), cents, movements: (before?.movements ?? 0) + 1, at, eventId: id };
}
