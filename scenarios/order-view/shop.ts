/** Takes reports from a queue and writes an event about each to the log, under the key of its order. */
import { firstValueFrom, timer } from 'rxjs';
import { type Delivery, type Ports, service } from '../../index.ts';
import { now } from './clock.ts';
import { isReport, log, mq, type Report } from './system.ts';

const uses = { log, mq };

export const shop = service('shop', uses, (ports) => {
  ports.mq.consume<Report>('reports').subscribe((delivery) => {
    take(delivery, ports).catch(() => tryAgain(delivery).catch(() => {}));
  });
});

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
