/**
 * Mails customers. Now and then it is taken down for an hour; what is placed meanwhile waits in its queue, and is mailed when it
 * is back.
 */
import { firstValueFrom, timer } from 'rxjs';
import { type Delivery, service, virtualTime } from '../../index.ts';
import { retried } from '../retried.ts';
import { listen, type React, type SubscriberPorts, uses } from './subscriber.ts';
import { tryAgain } from '../try-again.ts';

export const HOUR_MS = 3_600_000;

export const email = service('email', uses, async (ports) => {
  await firstValueFrom(timer(await retried(() => downForMs(ports))));
  ports.mq
    .consume('email.operations')
    .subscribe((delivery) => void goDown(delivery, ports).catch(() => tryAgain(delivery)));
  listen('email', mail, ports);
});

const mail: React = async (tx, eventId) => tx.insert('mails', { id: `m${await tx.next('mail')}`, eventId });

/** It is written down until when: whoever starts it earlier finds it so. */
async function goDown({ message, ack }: Delivery<unknown>, { db }: SubscriberPorts): Promise<void> {
  const downtime = { id: message.id, untilMs: virtualTime.now() + HOUR_MS };
  const isNew = await db.transaction((tx) => tx.insertIfAbsent('downtimes', downtime));
  await ack();
  if (isNew) process.exit(0);
}

async function downForMs({ db }: SubscriberPorts): Promise<number> {
  const downtimes = await db.transaction((tx) => tx.scan('downtimes'));
  return Math.max(0, ...downtimes.map(({ untilMs }) => untilMs - virtualTime.now()));
}
