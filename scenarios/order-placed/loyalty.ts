/**
 * Gives points for orders. It is deployed when orders have been coming for a while, and nobody else is changed for it. On the queue
 * broker it makes a queue of its own, and has what is placed from then on; on the log it is a new group, and has all that ever was.
 */
import { concatMap, firstValueFrom, timer } from 'rxjs';
import { type LogDelivery, type Ports, type Service, service, virtualTime } from '../../index.ts';
import { retried } from '../retried.ts';
import { listen, once, type React, type Subscribe, uses } from './subscriber.ts';
import { db, isOrder, LASTING, log, type OrderPlaced } from './system.ts';

/** When it comes. */
export const LATE_MS = 600;

const declaresAndBinds: Subscribe = async (mq) => {
  await mq.declareQueue('loyalty', LASTING);
  await mq.bindQueue('loyalty', { exchange: 'orders' });
};

const givesPoints =
  (via: 'queue' | 'log'): React =>
  async (tx, eventId) =>
    tx.insert('points', { id: `l${await tx.next('points')}`, eventId, via });

export function loyaltyWith(subscribe: Subscribe = declaresAndBinds): Service {
  return service('loyalty', uses, async (ports) => {
    await firstValueFrom(timer(LATE_MS));
    await retried(() => subscribe(ports.mq));
    const since = { service: 'loyalty', sinceMs: virtualTime.now() };
    await retried(() => ports.db.transaction((tx) => tx.insertIfAbsent('subscriptions', since)));
    listen('loyalty', givesPoints('queue'), ports);
  });
}

const logUses = { log, db };

export const loyaltyByLog = service('loyalty-by-log', logUses, async (ports) => {
  await firstValueFrom(timer(LATE_MS));
  ports.log
    .consume<OrderPlaced>(['orders'], { group: 'loyalty', from: 'earliest' })
    .pipe(concatMap((record) => handle(record, ports)))
    .subscribe();
});

/** Until it succeeds: what is passed over does not come again. What its group has lost by then, somebody else has. */
async function handle(record: LogDelivery<OrderPlaced>, { log, db }: Ports<typeof logUses>): Promise<void> {
  const { message } = record;
  const { id, body } = message;
  await retried(async () => {
    if (isOrder(message)) await once(`log ${id}`, id, givesPoints('log'), db);
    else await log.produce('dead', { id, type: 'OrderParked', body });
  });
  await record.commit().catch(() => {});
}
