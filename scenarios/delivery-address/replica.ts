/** Keeps one replica of the view: what an event says and how far the view has come are written in one transaction. */
import { concatMap, fromEvent, takeUntil } from 'rxjs';
import { type Ports, type Recorded, type Service, service } from '../../index.ts';
import { retried } from '../retried.ts';
import { type AddressChanged, addresses, customerOf, db, type Replica, type Shown } from './system.ts';

const uses = { addresses, db };
type Happening = Recorded<AddressChanged>;

export function replica(name: Replica): Service {
  return service(name, uses, async (ports, { stopping }) => {
    const checkpoint = await retried(() => ports.db.transaction((tx) => tx.get('checkpoints', name)));
    ports.addresses
      .subscribe({ from: checkpoint?.position ?? 'start', streams: 'customer-' })
      .pipe(
        takeUntil(fromEvent(stopping, 'abort')),
        concatMap((happening) => retried(() => project(name, happening, ports))),
      )
      .subscribe();
  });
}

/** Whoever else is at it, while a release rolls out, finds the event done. */
function project(replica: Replica, happening: Happening, { db }: Ports<typeof uses>): Promise<void> {
  return db.transaction(async (tx) => {
    const [checkpoint] = await tx.scan('checkpoints', { where: (row) => row.replica === replica, forUpdate: 'wait' });
    if (checkpoint && happening.position <= checkpoint.position) return;
    await tx.put(replica, shown(happening));
    await tx.put('checkpoints', { replica, position: happening.position });
  });
}

export function shown({ stream, version, event }: Happening): Shown {
  return { customer: customerOf(stream), address: event.address, version };
}
