/** Publishes what waits in the outbox: look, publish, mark. A row is marked only after the broker has confirmed it. */
import { firstValueFrom, timer } from 'rxjs';
import { type Ports, service } from '../../index.ts';
import { db, mq, type Outgoing } from './system.ts';

const uses = { mq, db };
export type RelayPorts = Ports<typeof uses>;
/** One look at the outbox. */
export type Round = (ports: RelayPorts) => Promise<void>;

const POLL_MS = 200;

/** The relay around its round; what fails is tried again in the next one. */
export function relayWith(make: () => Round) {
  return service('relay', uses, async (ports) => {
    const round = make();
    for (;;) {
      await round(ports).catch(() => {});
      await firstValueFrom(timer(POLL_MS));
    }
  });
}

export const round: Round = async (ports) => {
  for (const row of await waiting(ports)) {
    await publish(row, ports);
    await mark(row, ports);
  }
};

export function waiting({ db }: RelayPorts): Promise<readonly Outgoing[]> {
  return db.transaction((tx) => tx.scan('outbox', { where: (row) => !row.sent, orderBy: 'position', limit: 10 }));
}

export function publish({ id, orderId }: Outgoing, { mq }: RelayPorts): Promise<void> {
  return mq.publish({ exchange: 'events', key: 'order.accepted' }, { orderId }, { id, type: 'OrderAccepted' });
}

export function mark(row: Outgoing, { db }: RelayPorts): Promise<void> {
  return db.transaction((tx) => tx.put('outbox', { ...row, sent: true }));
}
