/** Outboxes as they are often built: each loses an event, invents one, tells the same one under two names, or out of order. */
import { type Service, type Variant, virtualTime } from '../../index.ts';
import { announce, insertOrder, nextId, ordersWith, type TakeOrder } from './orders.ts';
import {
  type Look,
  mark,
  type Numbering,
  numbering,
  publish,
  type RelayPorts,
  relaying,
  relayWith,
  type Round,
  take,
  waiting,
} from './relay.ts';
import type { Outgoing } from './system.ts';

type Wrong = Record<string, Variant<{ orders: Service; relay: Service }>>;

/** A number for each attempt. */
const numbersAttempts = (): Numbering => {
  let me = 0;
  return (row, { db }) =>
    db.transaction(async (tx) => {
      me ||= Number(await tx.next('relay'));
      const lease = await take(tx, me);
      const current = await tx.get('outbox', row.id);
      if (!current || current.sent) return undefined;
      if (!lease) return undefined;
      const numbered = { ...current, serial: lease.serial + 1 };
      await tx.put('leases', { ...lease, serial: numbered.serial });
      await tx.put('outbox', numbered);
      return numbered;
    });
};

const marksFirst =
  (number = numbering()): Round =>
  async (ports) => {
    for (const row of await waiting(ports)) {
      const event = await number(row, ports);
      if (!event) return;
      await mark(event, ports);
      await publish(event, ports);
    }
  };

const marksWithoutConfirm =
  (number = numbering()): Round =>
  async (ports) => {
    for (const row of await waiting(ports)) {
      const event = await number(row, ports);
      if (!event) return;
      publish(event, ports).catch(() => {}); // the broker takes it from here
      await mark(event, ports);
    }
  };

/** The next one is numbered while this one is on its way. */
const sendsInParallel =
  (number = numbering()): Round =>
  async (ports) => {
    const sending: Promise<void>[] = [];
    for (const row of await waiting(ports)) {
      const event = await number(row, ports);
      if (event) sending.push(publish(event, ports).then(() => mark(event, ports)));
    }
    await Promise.all(sending);
  };

/** Two relays share the work: each takes what the other has not locked. */
const takesTheUnlocked: Round = (ports) =>
  ports.db.transaction(async (tx) => {
    const where = ({ sent }: Outgoing): boolean => !sent;
    const rows = await tx.scan('outbox', { where, orderBy: 'position', limit: 10, forUpdate: 'skip locked' });
    for (const row of rows) {
      await publish({ ...row, serial: row.position }, ports);
      await tx.put('outbox', { ...row, sent: true });
    }
  });

const inOrder = ({ db }: RelayPorts): Promise<readonly Outgoing[]> =>
  db.transaction((tx) => tx.scan('outbox', { orderBy: 'position' }));

const behindTheLast: Look = async (ports) => {
  const rows = await inOrder(ports);
  return rows.slice(rows.findLastIndex(({ sent }) => sent) + 1);
};

/** A position that is missing is still to commit. */
const upToTheGap: Look = async (ports) => {
  const rows = await inOrder(ports);
  return rows.filter(({ position, sent }, n) => !sent && position === n + 1);
};

const PATIENCE_MS = 2_000;

/** A position that is missing is waited for, but not for ever: it may have been rolled back. */
const patient = (): Look => {
  let sinceMs = Infinity;
  return async (ports) => {
    const rows = await inOrder(ports);
    const from = rows.findLastIndex(({ sent }) => sent) + 1;
    const next = (rows[from - 1]?.position ?? 0) + 1;
    const gap = rows.findIndex(({ position }, n) => n >= from && position !== next + n - from);
    sinceMs = gap < 0 ? Infinity : Math.min(sinceMs, virtualTime.now());
    return virtualTime.now() - sinceMs > PATIENCE_MS || gap < 0 ? rows.slice(from) : rows.slice(from, gap);
  };
};

/** It is the only relay: that it leads need not be asked of the database. */
const leadsFromMemory: Numbering = async (row, { db }) => {
  if (row.serial !== null) return row;
  return db.transaction(async (tx) => {
    const [lease] = await tx.scan('leases', { forUpdate: 'wait' });
    if (!lease) return undefined;
    const numbered = { ...row, serial: lease.serial + 1 };
    await tx.put('leases', { ...lease, serial: numbered.serial });
    await tx.put('outbox', numbered);
    return numbered;
  });
};

/**
 * What lies before the last that was sent is taken for sent, though a position that was taken earlier may commit later. Met in an outbox that
 * did not ask what had become of each row when it cleaned up (MassTransit).
 */
const cleansUp =
  (round = relaying()): Round =>
  async (ports) => {
    await round(ports);
    await ports.db.transaction(async (tx) => {
      const rows = await tx.scan('outbox', { orderBy: 'position' });
      const upTo = rows.findLastIndex(({ sent }) => sent);
      for (const { id } of rows.slice(0, upTo + 1)) await tx.delete('outbox', id);
    });
  };

const commitsThenPublishes: TakeOrder = async (order, ports) => {
  const id = await ports.db.transaction(async (tx) => {
    const next = await nextId(tx);
    return (await insertOrder(tx, next, order)) ? next : undefined;
  });
  if (id !== undefined) await announce(id, order, ports);
};

const publishesThenCommits: TakeOrder = async (order, ports) => {
  const { requestId } = order;
  const id = await ports.db.transaction(async (tx) => {
    const known = await tx.scan('orders', { where: (row) => row.requestId === requestId });
    return known.length > 0 ? undefined : nextId(tx);
  });
  if (id === undefined) return;
  await announce(id, order, ports);
  await ports.db.transaction((tx) => insertOrder(tx, id, order));
};

export const variants: Wrong = {
  'new-id-each-attempt': {
    catalogue: 13,
    breaks: 'X4',
    because: 'each publish attempt takes a number of its own',
    services: { relay: relayWith(() => relaying(waiting, numbersAttempts())) },
  },
  'publishes-then-commits': {
    catalogue: 14,
    breaks: 'X1',
    because: 'it publishes before its transaction commits',
    services: { orders: ordersWith(publishesThenCommits) },
  },
  'commits-then-publishes': {
    catalogue: 15,
    breaks: 'X2',
    because: 'it publishes after the commit, without an outbox',
    services: { orders: ordersWith(commitsThenPublishes) },
  },
  'marks-first': {
    catalogue: 16,
    breaks: 'X2',
    because: 'it marks the row before it is dispatched',
    services: { relay: relayWith(marksFirst) },
  },
  'marks-without-confirm': {
    catalogue: 17,
    breaks: 'X2',
    because: 'it marks the row without waiting for the confirm',
    services: { relay: relayWith(marksWithoutConfirm) },
  },
  'asks-behind-the-last': {
    catalogue: 18,
    breaks: 'X2',
    because: 'it asks for positions behind the last one sent, and positions need not commit in order',
    services: { relay: relayWith(() => relaying(behindTheLast)) },
  },
  'waits-for-gaps-a-while': {
    catalogue: 19,
    breaks: 'X2',
    because: 'it waits two seconds for a missing position, and a transaction may take longer',
    services: { relay: relayWith(() => relaying(patient())) },
  },
  'waits-for-gaps-for-ever': {
    catalogue: 20,
    breaks: 'D5',
    because: 'it waits for a missing position that was rolled back',
    services: { relay: relayWith(() => relaying(upToTheGap)) },
  },
  'sends-in-parallel': {
    catalogue: 21,
    breaks: 'X3',
    because: 'it does not wait for one event before it sends the next, and a slow one is overtaken',
    services: { relay: relayWith(sendsInParallel).with({ instances: 1 }) },
  },
  'shares-the-outbox': {
    breaks: 'X3',
    because: 'two relays that skip what the other has locked take disjoint batches, and overtake each other',
    services: { relay: relayWith(() => takesTheUnlocked) },
  },
  'cleans-up-to-the-last': {
    breaks: 'X2',
    because: 'it deletes all that lies before the last row that was sent, and one that came late with it',
    services: { relay: relayWith(cleansUp) },
  },
  'leads-from-memory': {
    catalogue: 54,
    breaks: 'X4',
    because: 'it takes itself for the only relay, and while one replaces another there are two',
    services: { relay: relayWith(() => relaying(waiting, leadsFromMemory)).with({ instances: 1 }) },
  },
};
