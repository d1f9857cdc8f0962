/** Writes bookings down, each once, and none of a transaction that was aborted or may still be. */
import { concatMap, firstValueFrom, fromEvent, takeUntil, timer } from 'rxjs';
import { type ConsumerOptions, type LogDelivery, type Ports, service } from '../../index.ts';
import { type Booking, db, isBooking, log } from './system.ts';

const uses = { log, db };
type LedgerPorts = Ports<typeof uses>;

export function ledgerWith(isolation: ConsumerOptions['isolation'] = 'read_committed') {
  return service('ledger', uses, (ports, { stopping }) => {
    ports.log
      .consume<Booking>(['bookings'], { group: 'ledger', isolation })
      .pipe(
        takeUntil(fromEvent(stopping, 'abort')),
        concatMap((record) => write(record, ports)),
      )
      .subscribe();
  });
}

/** Until it is done; a commit that fails is made good by the next one. */
async function write(record: LogDelivery<Booking>, ports: LedgerPorts): Promise<void> {
  for (;;) {
    try {
      await (isBooking(record.message) ? enter(record, ports) : park(record, ports));
      break;
    } catch {
      await firstValueFrom(timer(300));
    }
  }
  await record.commit().catch(() => {});
}

function enter({ message: { id, body } }: LogDelivery<Booking>, { db }: LedgerPorts): Promise<boolean> {
  const { tradeId, account, cents } = body;
  return db.transaction((tx) => tx.insertIfAbsent('entries', { id, tradeId, account, cents }));
}

async function park({ message: { id, body } }: LogDelivery<Booking>, { log }: LedgerPorts): Promise<void> {
  await log.produce('parked', { id, type: 'BookingParked', body });
}
