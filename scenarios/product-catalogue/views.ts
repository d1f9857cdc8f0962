/**
 * Keeps a read model. A release that makes it otherwise builds its own view beside the one that is read, from the start of the
 * log, under a checkpoint of its own; the older release goes on with the older view. When the new one has come as far as the old one,
 * readers are sent to it and the old one is dropped, in one transaction: no reader finds less than before, and none finds nothing.
 */
import { concatMap, firstValueFrom, fromEvent, takeUntil, takeWhile, timer } from 'rxjs';
import { type Ports, type Recorded, type Service, service } from '../../index.ts';
import { retried } from '../retried.ts';
import { catalogue, type Checkpoint, db, type PriceSet, type Row, type ViewName } from './system.ts';

const uses = { catalogue, db };
type ViewPorts = Ports<typeof uses>;
type ViewTx = Parameters<Parameters<ViewPorts['db']['transaction']>[0]>[0];
type Happening = Recorded<PriceSet>;

/** What a read model makes of events. */
export interface View {
  readonly name: ViewName;
  /** The row that an event belongs to. */
  readonly of: (event: PriceSet) => string;
  readonly cents: (before: number, event: PriceSet) => number;
}

export const cards: View = { name: 'cards', of: ({ product }) => product, cents: (_, { cents }) => cents };
export const overview: View = {
  name: 'overview',
  of: () => 'all',
  cents: (before, { cents, was }) => before + cents - was,
};

/** The parts that wrong variants change. */
interface Steps {
  /** The name of the checkpoint of the view that a release makes. */
  checkpointOf(view: ViewName, release: number): string;
  /** Whether readers may be sent to a view that has come so far. */
  isReady(position: bigint, older: Checkpoint): boolean;
}

const steps: Steps = {
  checkpointOf: (view, release) => (release === 1 ? view : `${view}/${release}`),
  isReady: (position, older) => position >= older.position,
};

/** The service with some of its steps replaced; a deploy brings the second release. */
export function viewWith(view: View, changed: Partial<Steps> = {}): Service {
  const all = { ...steps, ...changed };
  return projection(view, 1, all).upgradedTo(projection(view, 2, all));
}

/** What is behind it already is gone through slowly, so that who reads and writes now is not kept waiting. */
const REBUILD_PAUSE_MS = 400;

function projection(view: View, release: number, steps: Steps): Service {
  return service(view.name, uses, async (ports, { stopping }) => {
    const start = await retried(() => begin(view, release, steps, ports));
    if (!start) return;
    const take = async (happening: Happening): Promise<boolean> => {
      if (happening.position <= start.rebuildTo) await firstValueFrom(timer(REBUILD_PAUSE_MS));
      return retried(() => project(view, release, happening, steps, ports));
    };
    ports.catalogue
      .subscribe({ from: start.from, streams: 'product-' })
      .pipe(
        takeUntil(fromEvent(stopping, 'abort')),
        concatMap(take),
        takeWhile((isOurs) => isOurs),
      )
      .subscribe();
  });
}

interface Start {
  readonly from: bigint;
  /** Where the older view stood. */
  readonly rebuildTo: bigint;
}

/** @returns nothing when the view was dropped */
function begin(view: View, release: number, steps: Steps, { db }: ViewPorts): Promise<Start | undefined> {
  return db.transaction(async (tx) => {
    const id = steps.checkpointOf(view.name, release);
    const held = await checkpoints(tx, view.name);
    const mine = held.find((each) => each.id === id);
    const rebuildTo = held.find((each) => each.release < release)?.position ?? 0n;
    if (!mine && held.some((each) => each.release > release)) return undefined;
    const from = mine?.position ?? 0n;
    if (!mine) await tx.put('checkpoints', { id, view: view.name, release, position: from });
    await switchOver(tx, view.name, release, from, held, steps);
    return { from, rebuildTo };
  });
}

/** @returns whether the view is still there */
function project(view: View, release: number, happening: Happening, steps: Steps, { db }: ViewPorts): Promise<boolean> {
  const { position, event } = happening;
  return db.transaction(async (tx) => {
    const held = await checkpoints(tx, view.name);
    const mine = held.find(({ id }) => id === steps.checkpointOf(view.name, release));
    if (!mine) return false;
    if (position <= mine.position) return true;
    const before = await tx.get(view.name, `${release}/${view.of(event)}`);
    await tx.put(view.name, shown(view, release, before, event));
    await tx.put('checkpoints', { ...mine, position });
    await switchOver(tx, view.name, release, position, held, steps);
    return true;
  });
}

/**
 * Of all releases, which nobody else moves as long as the transaction lasts. Who waited while another release switched over finds none:
 * the older one is gone, and the newer one came behind the statement's snapshot. The next statement sees it.
 */
async function checkpoints(tx: ViewTx, view: ViewName): Promise<readonly Checkpoint[]> {
  const scan = (): Promise<readonly Checkpoint[]> =>
    tx.scan('checkpoints', { where: (row) => row.view === view, forUpdate: 'wait' });
  const held = await scan();
  return held.length > 0 ? held : scan();
}

async function switchOver(
  tx: ViewTx,
  view: ViewName,
  release: number,
  position: bigint,
  held: readonly Checkpoint[],
  { isReady }: Steps,
): Promise<void> {
  const older = held.find((each) => each.release < release);
  if (!older || !isReady(position, older)) return;
  await tx.put('routes', { view, release });
  for (const { id } of await tx.scan(view, { where: (row) => row.release < release })) await tx.delete(view, id);
  await tx.delete('checkpoints', older.id);
}

/** The row that an event makes of the one before it. */
export function shown(view: View, release: number, before: Row | undefined, event: PriceSet): Row {
  const of = view.of(event);
  const cents = view.cents(before?.cents ?? 0, event);
  const row = { id: `${release}/${of}`, release, of, cents, changes: (before?.changes ?? 0) + 1 };
  return release === 1 ? row : { ...row, lowest: Math.min(before?.lowest ?? cents, cents) };
}
