/** Groups as they are often built: each commits what it has not done, or forgets what it has. */
import { type Service, type Variant } from '../../index.ts';
import { invoicingWith } from './invoicing.ts';
import { Offsets, type OrderRecord } from './offsets.ts';
import { PARTITIONS } from './system.ts';
import { workersWith } from './workers.ts';

type Wrong = Record<string, Variant<{ workers: Service; invoicing: Service }>>;

/** The furthest that has been finished. */
class Highest extends Offsets {
  override finish({ partition, offset }: OrderRecord): Promise<void> {
    if (offset >= (this.ends.get(partition) ?? 0n)) this.ends.set(partition, offset + 1n);
    return this.commit();
  }
}

/** The client commits by itself. */
class Automatic extends Offsets {
  override async commit(): Promise<void> {}
}

export const variants: Wrong = {
  'commits-while-at-work': {
    catalogue: 5,
    breaks: 'D1',
    because: 'it lets the client commit what it was handed, while the work on it goes on in parallel',
    services: {
      workers: workersWith({ options: { autoCommit: true }, offsets: (consumer) => new Automatic(consumer) }),
    },
  },
  'commits-the-highest': {
    catalogue: 25,
    breaks: 'G2',
    because: 'it commits the highest offset that is finished, with unfinished ones before it',
    services: { workers: workersWith({ offsets: (consumer) => new Highest(consumer) }) },
  },
  'commits-what-it-lost': {
    catalogue: 26,
    breaks: 'G1',
    because: 'it gives up what it is asked for, but keeps the offsets of what it lost, and commits them with its own',
    services: { workers: workersWith({ options: { onLost: async () => {} } }) },
  },
  'forgets-at-revocation': {
    catalogue: 27,
    breaks: 'I1',
    because: 'it clears away what it knows of a partition when that goes to another, who then does it again',
    services: {
      workers: workersWith({
        async revoked(partitions, offsets, { db }) {
          offsets.forget(partitions);
          await db.transaction(async (tx) => {
            const gone = await tx.scan('handled', { where: ({ partition }) => partitions.includes(partition) });
            for (const { orderId } of gone) await tx.delete('handled', orderId);
          });
        },
      }),
    },
  },
  // Seek moves where to read; the commit that follows the handler says that the record is done. Met with kafkajs.
  'commits-what-it-goes-back-to': {
    breaks: 'D1',
    because:
      'it goes back after an abort, and lets the client commit the record all the same: a restart begins behind it',
    services: { invoicing: invoicingWith(undefined, { autoCommit: true }) },
  },
  // Some errors end a producer, and no retry makes it good. Met with clients for Kafka (Spring Kafka, parallel-consumer).
  'goes-on-when-fenced': {
    breaks: 'D5',
    because: 'it tries again with a producer that was put out, as it does with any other that failed',
    services: { invoicing: invoicingWith(undefined, undefined, () => false) },
  },
  'goes-on-after-an-abort': {
    catalogue: 28,
    breaks: 'O3',
    because: 'after an abort it goes on with the next record: the one before is read and not invoiced',
    services: { invoicing: invoicingWith(async () => {}) },
  },
  'begins-at-the-latest': {
    catalogue: 29,
    breaks: 'D1',
    because: 'it begins at the end of partitions that are new to it, where orders wait already',
    services: {
      workers: workersWith({
        assigned: async (partitions, consumer) => {
          for (const partition of partitions) {
            const before = await consumer.committed('orders', partition);
            if (before === undefined && partition >= PARTITIONS) await consumer.seek('orders', partition, 'latest');
          }
        },
      }),
    },
  },
};
