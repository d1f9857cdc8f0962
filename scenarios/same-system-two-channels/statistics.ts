/**
 * Counts orders. It is deployed when orders have been coming for a while: from the log it learns of all of them, from the queue
 * that it makes of those that come from then on. Shipping has the same orders, and neither takes them from the other.
 */
import { firstValueFrom, timer } from 'rxjs';
import { service } from '../../index.ts';
import { brokers, type Incoming, type Over } from './channel.ts';
import { isStopped, untilDone } from './life.ts';
import { db } from './system.ts';

/** When it comes. */
export const LATE_MS = 3_000;

export function statisticsOver({ name: via, open }: Over) {
  return service(`statistics-by-${via}`, { ...brokers, db }, async (ports, life) => {
    await firstValueFrom(timer(LATE_MS));
    // What cannot be read is counted like the rest.
    const count = async ({ id, done }: Incoming): Promise<void> => {
      const row = { place: `${via} ${id}`, via, orderId: id };
      await untilDone(() => ports.db.transaction((tx) => tx.insertIfAbsent('statistics', row)));
      await done();
    };
    const channel = open(ports);
    await untilDone(() => channel.join('statistics'));
    channel
      .read('statistics', (incoming) => count(incoming).catch(() => {}))
      .pipe(isStopped(life))
      .subscribe();
  });
}
