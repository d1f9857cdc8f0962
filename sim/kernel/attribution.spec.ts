/** Who causes what: effects name the delivery that they work for, errors crash the process whose they are. */
import { concatMap, map, Subject } from 'rxjs';
import { expect, test } from 'vitest';
import type { Delivery } from '../brokers/queue/delivery.ts';
import type { Entry, Happened } from '../history/history.ts';
import type { RunRecord } from '../simulate.ts';
import { entriesOf, type Here, run, tiny } from '../spec-world.ts';

const items = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Everything that a handler can cause, for one letter. */
async function work({ message, ack }: Delivery<unknown>, { db, mq, card }: Here): Promise<void> {
  await db.transaction((tx) => tx.insert('notes', { id: message.id, text: '' }));
  await card.charge({ id: message.id });
  await mq.publish({ key: 'replies' }, { id: message.id }, { id: message.id, type: 'Reply' });
  await ack();
}

/** Each effect's letter and the letter of the delivery that it names as its cause. */
function causesOf(record: RunRecord): { kind: string; of: string; by: string }[] {
  const idOf = (n: number): string => (((record.entries[n] as Entry).data as Happened).value as { id: string }).id;
  return record.entries
    .filter(
      ({ kind, data }) =>
        ['inserted', 'called', 'applied'].includes(kind) ||
        (kind === 'published' && (data as Happened).channels[0] === 'replies'),
    )
    .map(({ kind, n, causes }) => ({
      kind,
      of: idOf(n),
      by: causes.map((cause) => `${record.entries[cause]?.kind} ${idOf(cause)}`).join(),
    }));
}

const ways: Record<string, (ports: Here) => void> = {
  'each for itself': (ports) => {
    ports.mq.consume('letters', { prefetch: 3 }).subscribe((delivery) => void work(delivery, ports));
  },
  'through a queue of promises': (ports) => {
    let tail = Promise.resolve();
    ports.mq.consume('letters', { prefetch: 3 }).subscribe((delivery) => {
      tail = tail.then(() => work(delivery, ports));
    });
  },
  'through a lock that hands over by callbacks': (ports) => {
    const waiting: (() => void)[] = [];
    let isHeld = false;
    const acquire = (): Promise<void> =>
      new Promise((resolve) => {
        if (isHeld) waiting.push(resolve);
        else resolve();
        isHeld = true;
      });
    const release = (): void => {
      isHeld = waiting.length > 0;
      waiting.shift()?.();
    };
    ports.mq.consume('letters', { prefetch: 3 }).subscribe((delivery) => {
      void acquire()
        .then(() => work(delivery, ports))
        .finally(release);
    });
  },
  'through concatMap': (ports) => {
    ports.mq
      .consume('letters', { prefetch: 3 })
      .pipe(concatMap((delivery) => work(delivery, ports)))
      .subscribe();
  },
  'through a subject and a worker': (ports) => {
    const inbox = new Subject<Delivery<unknown>>();
    inbox
      .pipe(
        map((delivery) => delivery),
        concatMap((delivery) => work(delivery, ports)),
      )
      .subscribe();
    ports.mq.consume('letters', { prefetch: 3 }).subscribe(inbox);
  },
};

test.each(Object.entries(ways))('effects name their delivery: %s', async (_, way) => {
  const record = await run([tiny(way)], { items });
  expect(record.outcome).toBe('quiet');
  const causes = causesOf(record);
  expect(causes).toHaveLength(4 * items.length);
  for (const { of, by } of causes) expect(by).toBe(`delivered ${of}`);
  const replies = entriesOf(record, 'published').map(({ data }) => (data as Happened).about?.['lineage']);
  expect(replies.filter((lineage) => String(lineage).includes('/'))).toEqual(
    items.map((item) => `Letter#${item}/Reply#1`),
  );
});

const dying: Record<string, (ports: Here, isFirst: boolean) => void | Promise<void>> = {
  'an unhandled rejection': (_, isFirst) => {
    if (isFirst) void Promise.reject(new RangeError('boom'));
  },
  'a rejection after an await': ({ mq }, isFirst) => {
    mq.consume('letters').subscribe((delivery) => {
      void delivery.ack().then(() => {
        if (isFirst) throw new RangeError('boom');
      });
    });
  },
  'a throw in a subscriber': ({ mq }, isFirst) => {
    mq.consume('letters').subscribe((delivery) => {
      if (isFirst) throw new RangeError('boom');
      void delivery.ack();
    });
  },
  'a throw in a timer': (_, isFirst) => {
    setTimeout(() => {
      if (isFirst) throw new RangeError('boom');
    }, 50);
  },
  'a throw in an immediate': (_, isFirst) => {
    setImmediate(() => {
      if (isFirst) throw new RangeError('boom');
    });
  },
  'a throw in start': (_, isFirst) => {
    if (isFirst) throw new RangeError('boom');
  },
  'a rejection of start': async (_, isFirst) => {
    await Promise.resolve();
    if (isFirst) throw new RangeError('boom');
  },
};

test.each(Object.entries(dying))('%s is a crash of its process alone', async (_, start) => {
  let starts = 0;
  const other = tiny(() => {}, 'other');
  const dead = tiny((ports) => start(ports, ++starts === 1), 'dead');
  const listeners = process.listeners('unhandledRejection');
  const record = await run([other, dead, tiny(() => {}, 'another')], { items: ['a'] });
  const crashes = entriesOf(record, 'crashed');
  expect(crashes.map(({ process, data }) => [process, data])).toEqual([
    ['dead/0', { death: 'process', why: 'RangeError' }],
  ]);
  const again = entriesOf(record, 'started').filter(({ process }) => process === 'dead/0.2');
  expect(again.map(({ timeUs }) => timeUs)).toEqual([(crashes[0]?.timeUs ?? 0) + 1_000_000]);
  expect(process.listeners('unhandledRejection')).toEqual(listeners);
});
