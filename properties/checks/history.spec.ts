import { expect, test } from 'vitest';
import type { Entry, Happened } from '../../sim/history/history.ts';
import { service } from '../../sim/services/service.ts';
import { play } from '../../sim/world.fixture.ts';
import { card, db, es, mq, Told } from './history.fixture.ts';

/** Which fields an entry of each kind has. */
function shapes(entries: readonly Entry[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { kind, data } of entries) {
    const { value, about } = data as Happened;
    const fields = [data, about, typeof value === 'object' && value !== null && 'parsed' in value ? value : undefined];
    const names = fields.map((part) => Object.keys((part as object | undefined) ?? {}).toSorted());
    if (!found.has(kind)) found.set(kind, JSON.stringify(names));
  }
  return found;
}

test('histories made by hand have the fields that the world records', async () => {
  const uses = { mq, db, card, es };
  const reader = service('reader', uses, ({ mq, db, card, es }) => {
    mq.consume('q').subscribe(async (delivery) => {
      const { id } = delivery.message;
      await card.charge({ key: id });
      await es.read('acc');
      await es.append('acc', [{ type: 'Added', by: 1 }], { expected: 'any' });
      await es.saveSnapshot('acc', 1, {});
      await db.transaction((tx) => tx.put('t', { id, of: id }));
      await db.transaction((tx) => tx.put('t', { id, of: id, n: 1 }));
      await db.transaction((tx) => tx.delete('t', id));
      if (id === 'p1') await delivery.ack();
      else await delivery.nack({ requeue: !delivery.redelivered });
    });
  });
  const real = await play({
    uses,
    services: [reader],
    items: ['p1', 'p2'],
    faults: [
      'every delivery of T#p1: poison, markup',
      '1st delivery of T#p2 to reader: crash before commit on db',
      'deploy of reader at 10 s',
    ],
    send: async (item, { mq }) => {
      await mq.publish({ key: 'q' }, {}, { id: item, type: 'T' });
      await mq.publish({ key: 'nowhere' }, {}, { id: item, type: 'T' });
    },
  });
  const told = new Told();
  told.started();
  told.published('m1');
  told.confirmed('m1');
  told.delivered('m1', { poison: ['markup'] });
  told.acked('m1');
  told.nacked('m1', true);
  told.deadLettered('m1');
  told.dropped('m1', { reason: 'unroutable' });
  for (const kind of ['inserted', 'updated', 'deleted'] as const) told.row(kind, { id: '1', of: 'x' });
  told.called('k');
  told.applied('k');
  told.appended('acc', 1, 1);
  told.read('acc', 1);
  told.snapshotted('acc', 1, {});
  told.crashed('reader/0');
  told.stopped('reader/0');
  const recorded = shapes(real.entries);
  for (const [kind, shape] of shapes(told.entries)) expect([kind, recorded.get(kind)]).toEqual([kind, shape]);
});
