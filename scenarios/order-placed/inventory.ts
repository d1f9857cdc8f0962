/** Reserves what is ordered. At each start it declares its queue and binds it, as it was before. */
import { type Service, service } from '../../index.ts';
import { retried } from '../retried.ts';
import { listen, type React, type Subscribe, uses } from './subscriber.ts';
import { LASTING } from './system.ts';

const keepsItsQueue: Subscribe = async (mq) => {
  await mq.declareQueue('inventory', LASTING);
  await mq.bindQueue('inventory', { exchange: 'orders' });
};

const reserve: React = async (tx, eventId) =>
  tx.insert('reservations', { id: `r${await tx.next('reservation')}`, eventId });

export function inventoryWith(subscribe: Subscribe = keepsItsQueue): Service {
  return service('inventory', uses, async (ports) => {
    await retried(() => subscribe(ports.mq));
    listen('inventory', reserve, ports);
  });
}
