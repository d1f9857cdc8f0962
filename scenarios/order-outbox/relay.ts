/**
 * Publishes what waits in the outbox: look, number, publish, mark. A row is marked only after the broker has confirmed it.
 *
 * Two relays run, so that one is there while the other restarts. Who numbers holds the lease, a row that is read and written
 * in the transaction that it guards: however late somebody is who held it once, a row gets one number. That both publish
 * the same row now and then does no harm: it goes out under the same number, and never before those in front of it.
 */
import { firstValueFrom, timer } from 'rxjs';
import { type Ports, service, virtualTime } from '../../index.ts';
import { db, type Lease, mq, type Outgoing } from './system.ts';

const uses = { mq, db };
export type RelayPorts = Ports<typeof uses>;
export type RelayTx = Parameters<Parameters<RelayPorts['db']['transaction']>[0]>[0];
/** One look at the outbox. */
export type Round = (ports: RelayPorts) => Promise<void>;
/** The rows that are to be published, in that order. */
export type Look = (ports: RelayPorts) => Promise<readonly Outgoing[]>;
/** Gives a row its number; nothing when another relay leads, or was faster. */
export type Numbering = (row: Outgoing, ports: RelayPorts) => Promise<Outgoing | undefined>;

const POLL_MS = 200;
const LEASE_MS = 10_000;

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

/** The relay's round; wrong variants look otherwise, or number otherwise. */
export function relaying(look: Look = waiting, number: Numbering = numbering()): Round {
  return async (ports) => {
    for (const row of await look(ports)) {
      const event = await number(row, ports);
      if (!event) return;
      await publish(event, ports);
      await mark(event, ports);
    }
  };
}

export const waiting: Look = ({ db }) =>
  db.transaction((tx) => tx.scan('outbox', { where: (row) => !row.sent, orderBy: 'position', limit: 10 }));

export function numbering(): Numbering {
  let me = 0;
  return (row, { db }) =>
    db.transaction(async (tx) => {
      me ||= Number(await tx.next('relay'));
      const lease = await take(tx, me);
      const current = await tx.get('outbox', row.id);
      if (!current || current.sent) return undefined;
      if (current.serial !== null) return current;
      if (!lease) return undefined;
      const numbered = { ...current, serial: lease.serial + 1 };
      await tx.put('leases', { ...lease, serial: numbered.serial });
      await tx.put('outbox', numbered);
      return numbered;
    });
}

/** The lease, locked, if it is free, over, or ours: then for some time more. */
export async function take(tx: RelayTx, me: number): Promise<Lease | undefined> {
  const [lease] = await tx.scan('leases', { forUpdate: 'wait' });
  const nowMs = virtualTime.now();
  if (!lease || (lease.holder !== me && lease.untilMs > nowMs)) return undefined;
  const taken = { ...lease, holder: me, untilMs: nowMs + LEASE_MS };
  await tx.put('leases', taken);
  return taken;
}

export function publish({ serial, orderId, customer }: Outgoing, { mq }: RelayPorts): Promise<void> {
  const event = { id: `e${serial}`, type: 'OrderAccepted' };
  return mq.publish({ exchange: 'events', key: 'order.accepted' }, { orderId, customer }, event);
}

export function mark(row: Outgoing, { db }: RelayPorts): Promise<void> {
  return db.transaction((tx) => tx.put('outbox', { ...row, sent: true }));
}
