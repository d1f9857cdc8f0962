/** Takes reports from a queue and writes an event about each to the log, under the key of its order. */
import { firstValueFrom, type Observable, timer } from 'rxjs';
import { type Delivery, type Ports, type Service, service } from '../../index.ts';
import { now } from './clock.ts';
import { isReport, log, mq, type Report } from './system.ts';

const uses = { log, mq };

/** Takes what comes; `take` rejects where a report could not be taken. */
export type Taking = (
  reports: Observable<Delivery<Report>>,
  take: (delivery: Delivery<Report>) => Promise<void>,
) => void;

const eachByItself: Taking = (reports, take) => {
  reports.subscribe((delivery) => {
    take(delivery).catch(() => tryAgain(delivery).catch(() => {}));
  });
};

export function shopWith(taking: Taking = eachByItself): Service {
  return service('shop', uses, (ports) => {
    taking(ports.mq.consume<Report>('reports'), (delivery) => take(delivery, ports));
  });
}

async function take(
  { message: { id, body }, ack, nack }: Delivery<Report>,
  { log }: Ports<typeof uses>,
): Promise<void> {
  if (!isReport(body)) return nack({ requeue: false });
  const { reportId, orderId, state } = body;
  const event = { reportId, orderId, state, at: now() };
  await log.produce('orders', { id: `event-${id}`, type: 'OrderChanged', key: orderId, body: event });
  await ack();
}

async function tryAgain(delivery: Delivery<Report>): Promise<void> {
  await firstValueFrom(timer(200));
  await delivery.nack();
}
