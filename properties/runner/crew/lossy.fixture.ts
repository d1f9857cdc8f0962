/** A scenario whose wrong variants take their thread with them, in a module of its own so that threads can load it. */
import { AsyncResource } from 'node:async_hooks';
import fc from 'fast-check';
import { atEnd, queueBroker, scenario, service, tables } from '../../../index.ts';

const mq = queueBroker('mq', { queues: { orders: {} } });
const db = tables<{ taken: { id: string } }>('db', { taken: { key: 'id' } });

/** Amounts in whole cents: an instance, which a copy would not be. */
class Money {
  constructor(readonly cents: number) {}
  toJSON(): { cents: number } {
    return { cents: this.cents };
  }
}

const taking = (again: (id: string) => void, tag = (): string => '') =>
  service('taker', { mq, db }, ({ mq, db }) => {
    mq.consume<{ id: string }>('orders').subscribe(async (delivery) => {
      if (delivery.redelivered) again(delivery.message.id);
      await db.transaction((tx) => tx.put('taken', { id: `${delivery.message.id}${tag()}` }));
      await delivery.ack();
    });
  });

/** What the module took hold of when it was loaded. */
const { now } = Date;
const { random } = Math;

/** Inside a run it would end the simulated process alone. */
const outside = new AsyncResource('outside');
const ends = (): void => outside.runInAsyncScope(() => process.exit(3));

const spins = (): void => {
  for (;;);
};
const hoards = (): void => {
  for (const kept: string[][] = []; ; ) kept.push(Array.from({ length: 100_000 }, (_, n) => `${kept.length} ${n}`));
};

const variant = (again: (id: string) => void) => ({
  breaks: 'few',
  because: 'it ends its thread',
  services: { taker: taking(again) },
});

export const lossy = scenario({
  name: 'lossy',
  services: { taker: taking(() => {}) },
  workload: {
    item: fc.record({ id: fc.uuid(), price: fc.nat(500).map((cents) => new Money(cents)) }),
    key: (order) => order.id,
    count: [1, 3],
    uses: { mq },
    send: ({ id, price }, { mq }) =>
      mq.publish({ key: 'orders' }, { id, isMoney: `${price instanceof Money}` }, { id, type: 'Order' }),
  },
  properties: [atEnd('few', ({ rows }) => rows(db.table.taken).length < 100 || 'many')],
  variants: {
    spins: variant(spins),
    exits: variant(ends),
    'exits-seldom': variant((id) => id < '2' && ends()),
    keeps: {
      breaks: 'few',
      because: 'it asks a clock that it kept',
      services: {
        taker: taking(
          () => {},
          () => ` ${random()} ${now()}`,
        ),
      },
    },
    hoards: variant(hoards),
  },
});

export const source = import.meta.url;
