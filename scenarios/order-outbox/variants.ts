/** Outboxes as they are often built: each loses an event, invents one, or tells the same one under two names. */
import type { Service, Variant } from '../../index.ts';
import { announce, insertOrder, nextId, ordersWith } from './orders.ts';
import { mark, publish, relayWith, type Round, waiting } from './relay.ts';

type Wrong = Record<string, Variant<{ orders: Service; relay: Service }>>;

const newIds = (): Round => {
  let attempt = 0;
  return async (ports) => {
    for (const row of await waiting(ports)) {
      await publish({ ...row, id: `${row.id}-${++attempt}` }, ports);
      await mark(row, ports);
    }
  };
};

const marksFirst: Round = async (ports) => {
  for (const row of await waiting(ports)) {
    await mark(row, ports);
    await publish(row, ports);
  }
};

const marksWithoutConfirm: Round = async (ports) => {
  for (const row of await waiting(ports)) {
    publish(row, ports).catch(() => {}); // the broker takes it from here
    await mark(row, ports);
  }
};

/** Remembers the last position in a row of its own, and asks for what lies behind it. */
const asksBehindTheLast = (): Round => {
  let last = 0;
  return async (ports) => {
    const rows = await ports.db.transaction((tx) =>
      tx.scan('outbox', { where: ({ position, sent }) => position > last && !sent, orderBy: 'position', limit: 10 }),
    );
    for (const row of rows) {
      await publish(row, ports);
      await mark(row, ports);
      last = row.position;
    }
  };
};

const commitsThenPublishes = ordersWith(async (order, ports) => {
  const id = await ports.db.transaction(async (tx) => {
    const next = await nextId(tx);
    return (await insertOrder(tx, next, order)) ? next : undefined;
  });
  if (id !== undefined) await announce(id, ports);
});

const publishesThenCommits = ordersWith(async (order, ports) => {
  const { requestId } = order;
  const id = await ports.db.transaction(async (tx) => {
    const known = await tx.scan('orders', { where: (row) => row.requestId === requestId });
    return known.length > 0 ? undefined : nextId(tx);
  });
  if (id === undefined) return;
  await announce(id, ports);
  await ports.db.transaction((tx) => insertOrder(tx, id, order));
});

export const variants: Wrong = {
  'new-id-each-attempt': {
    catalogue: 13,
    breaks: 'X4',
    because: 'each publish attempt makes an id of its own',
    services: { relay: relayWith(newIds) },
  },
  'publishes-then-commits': {
    catalogue: 14,
    breaks: 'X1',
    because: 'it publishes before its transaction commits',
    services: { orders: publishesThenCommits },
  },
  'commits-then-publishes': {
    catalogue: 15,
    breaks: 'X2',
    because: 'it publishes after the commit, without an outbox',
    services: { orders: commitsThenPublishes },
  },
  'marks-first': {
    catalogue: 16,
    breaks: 'X2',
    because: 'it marks the row before it is dispatched',
    services: { relay: relayWith(() => marksFirst) },
  },
  'marks-without-confirm': {
    catalogue: 17,
    breaks: 'X2',
    because: 'it marks the row without waiting for the confirm',
    services: { relay: relayWith(() => marksWithoutConfirm) },
  },
  'asks-behind-the-last': {
    catalogue: 18,
    breaks: 'X2',
    because: 'it asks for positions behind the last, which need not commit in order',
    services: { relay: relayWith(asksBehindTheLast) },
  },
};
