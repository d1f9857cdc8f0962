/** The smallest scenarios: the workload writes rows, and properties that hold, say nothing, or are not broken by what is wrong. */
import { effectOnce, noLoss, queueBroker, scenario, service, tables, type TablesPort } from 'eddy';
import fc from 'fast-check';

type Rows = { t: { id: string; state: string } };

export const db = tables<Rows>('db', { t: { key: 'id' } });

export const parts = {
  services: { idle: service('idle', {}, () => {}) },
  workload: {
    item: fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
    key: ({ id }: { id: string }) => id,
    count: [2, 3] as const,
    uses: { db },
    send: ({ id }: { id: string }, { db }: { db: TablesPort<Rows> }) =>
      db.transaction(async (tx) => {
        await tx.insertIfAbsent('t', { id, state: 'new' });
      }),
  },
};

const stored = db.table.t.inserted.by(({ id }) => id);

const mistake = db.table.t.inserted.where(({ state }) => state === 'nwe').by(({ id }) => id);

export const plain = scenario({ ...parts, name: 'plain', properties: [effectOnce(stored)] });

export const mistyped = scenario({
  ...parts,
  name: 'mistyped',
  properties: [effectOnce(stored), effectOnce(mistake, { name: 'new-once' })],
});

export const missed = scenario({
  ...parts,
  name: 'missed',
  properties: [effectOnce(stored)],
  variants: { harmless: { breaks: 'I1', because: 'it is not wrong at all', services: {} } },
});

const mq = queueBroker('mq', { queues: { q: {} } });

/** Gives every message back, for ever. */
export const looping = scenario({
  name: 'looping',
  services: {
    giver: service('giver', { mq }, ({ mq }) => {
      mq.consume('q').subscribe(({ nack }) => void setTimeout(() => void nack().catch(() => {}), 100));
    }),
  },
  workload: {
    ...parts.workload,
    uses: { mq },
    send: ({ id }, { mq }) => mq.publish({ key: 'q' }, {}, { id, type: 'T' }),
  },
  properties: [
    noLoss(
      mq.confirmed('q').by(({ id }) => id),
      [stored],
    ),
  ],
});
