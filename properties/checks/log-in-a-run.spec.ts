/** The properties of a log over real runs: a right system and a wrong one that differ in a line. */
import { firstValueFrom, timer } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { logBroker } from '../../sim/brokers/log/component.ts';
import type { ProducerOptions } from '../../sim/brokers/log/client/producer-config.ts';
import { virtualTime } from '../../sim/kernel/rx-scheduler.ts';
import { type Service, service } from '../../sim/services/service.ts';
import { tables } from '../../sim/stores/tables.ts';
import { play } from '../../sim/world.fixture.ts';
import type { Property } from '../property.ts';
import { commitBehindEffects } from './commit-behind-effects.ts';
import { eventualDelivery } from './eventual-delivery.ts';
import { exclusiveOwnership } from './exclusive-ownership.ts';
import { logIntegrity } from './log-integrity.ts';
import { monotonicConsumption } from './monotonic-consumption.ts';
import { noDirtyRead } from './no-dirty-read.ts';
import { noSkip } from './no-skip.ts';
import { producerOrder } from './producer-order.ts';

const log = logBroker('log', { topics: { orders: { partitions: 2 }, out: { partitions: 1 } } });
const db = tables<{ t: { id: string } }>('db', { t: { key: 'id' } });
const uses = { log, db };
type Run = Omit<Parameters<typeof play<typeof uses>>[0], 'uses' | 'send'>;
type Send = Parameters<typeof play<typeof uses>>[0]['send'];

/** All of them to one partition. */
const produce: Send = async (id, { log }) => {
  await log.produce('orders', { id, type: 'T', key: 'k', partition: 0, body: {} });
};
const items = ['p1', 'p2', 'p3'];
const sleep = (ms: number): Promise<unknown> => firstValueFrom(timer(ms, virtualTime));

async function verdictOf(property: Property, o: Run, send = produce): Promise<string> {
  const record = await play({ uses, send, items, ...o });
  for (const { tookEffect, sentence } of record.faults) expect([sentence, tookEffect]).toEqual([sentence, true]);
  const fold = property.start();
  for (const entry of record.entries) fold.see(entry);
  return fold.end().verdict;
}

const delivered = log.delivered('orders');
const stored = db.table.t.inserted;

const storing = service('worker', uses, ({ log, db }) => {
  log.consume(['orders'], { group: 'g' }).subscribe(async ({ message: { id }, commit }) => {
    await db.transaction((tx) => tx.insertIfAbsent('t', { id }));
    await commit();
  });
});

describe('D3: a transaction that aborts', () => {
  const send: Send = async (id, { log }) => {
    const work = log.producer({ transactionalId: 't' }).transaction(async (tx) => {
      await tx.produce('orders', { id, type: 'T', body: {} });
      await sleep(10_000);
      if (id === 'p1') throw new Error('changed my mind');
    });
    await work.catch(() => {});
  };

  test.each([
    ['read_committed', 'pass'],
    ['read_uncommitted', 'fail'],
  ] as const)('%s', async (isolation, expected) => {
    const worker = service('worker', uses, ({ log, db }) => {
      log.consume(['orders'], { group: 'g', isolation }).subscribe(async ({ message: { id }, commit }) => {
        await db.transaction((tx) => tx.insertIfAbsent('t', { id }));
        await commit();
      });
    });
    const ofEffects = noDirtyRead(delivered, { effects: [stored] });
    expect(await verdictOf(noDirtyRead(delivered), { services: [worker] }, send)).toBe(expected);
    expect(await verdictOf(ofEffects, { services: [worker] }, send)).toBe(expected);
  });
});

describe('a producer that tries again', () => {
  const sending =
    (options: ProducerOptions): Send =>
    async (_, { log }) => {
      const producer = log.producer(options);
      await producer.produce('orders', { id: 'first', type: 'First', key: 'k', body: {} });
      const ids = ['a', 'b'];
      await Promise.all(ids.map((id) => producer.produce('orders', { id, type: 'T', key: 'k', body: {} })));
    };
  const one = { items: ['p1'] };
  const lost = { ...one, faults: ['1st send of p1: confirm of 1st produce of T to log is lost'] };
  const failed = { ...one, faults: ['1st send of p1: 1st produce of T to log fails'] };

  test.each<[string, ProducerOptions, string]>([
    ['idempotent', {}, 'pass'],
    ['not', { idempotence: false, batchRecords: 1 }, 'fail'],
  ])('D4, O1: %s', async (_, options, expected) => {
    const integrity = logIntegrity(log.published('orders'));
    const order = producerOrder(log.published('orders'));
    expect(await verdictOf(integrity, one, sending(options))).toBe('pass');
    expect(await verdictOf(order, one, sending(options))).toBe('pass');
    expect(await verdictOf(integrity, lost, sending(options))).toBe(expected);
    expect(await verdictOf(order, failed, sending(options))).toBe(expected);
  });
});

describe('O3', () => {
  test.each([
    ['gone back to', true, 'pass'],
    ['gone on from', false, 'fail'],
  ])('a transaction that aborts is %s', async (_, goesBack, expected) => {
    const worker = service('worker', uses, async ({ log }) => {
      const consumer = log.consumer(['orders'], { group: 'g', autoCommit: false });
      const producer = log.producer({ transactionalId: 't' });
      let isFirst = true;
      await consumer.eachMessage(async (delivery) => {
        const work = producer.transaction(async (tx) => {
          await tx.produce('out', { id: delivery.message.id, type: 'Out', body: {} });
          if (isFirst) {
            isFirst = false;
            throw new Error('once');
          }
          await tx.sendOffsets(delivery, consumer);
        });
        if (goesBack) await work;
        else await work.catch(() => {});
      });
    });
    expect(await verdictOf(noSkip(delivered), { services: [worker] })).toBe(expected);
  });

  test('a start at the end of the log, unless it is asked for', async () => {
    const worker = service('worker', uses, ({ log }) => {
      log.consume(['orders'], { group: 'g', from: 'latest' }).subscribe(({ commit }) => void commit());
    });
    const send: Send = async (id, ports) => {
      await produce(id, ports);
      await sleep(id === 'p1' ? 20_000 : 0);
    };
    const fromLatest = noSkip(delivered, { from: 'latest' });
    expect(await verdictOf(noSkip(delivered), { services: [worker] }, send)).toBe('fail');
    expect(await verdictOf(fromLatest, { services: [worker] }, send)).toBe('pass');
  });
});

describe('G1: who commits what it has seen, when another one has come', () => {
  const worker = (what: 'all' | 'its own'): Service =>
    service('worker', uses, async ({ log }, life) => {
      const seen = new Map<number, bigint>();
      const consumer = log.consumer(['orders'], { group: 'g', autoCommit: false });
      if (life.instance === 1) await sleep(30_000);
      const forget = (gone: readonly number[]): void => {
        if (what === 'its own') for (const partition of gone) seen.delete(partition);
      };
      consumer.messages().subscribe(({ partition, offset }) => void seen.set(partition, offset + 1n));
      timer(10_000, 10_000, virtualTime).subscribe(async (n) => {
        if (n > 8) return;
        const mine = consumer.assignment().map(({ partition }) => partition);
        forget([...seen.keys()].filter((partition) => !mine.includes(partition)));
        const offsets = [...seen].map(([partition, offset]) => ({ topic: 'orders', partition, offset }));
        if (offsets.length > 0) await consumer.commit(offsets).catch(() => {});
      });
    }).with({ instances: 2 });
  const toBoth: Send = async (id, { log }) => {
    for (const partition of [0, 1]) await log.produce('orders', { id, type: 'T', body: {}, partition });
  };

  test.each([
    ['its own', 'pass'],
    ['all', 'fail'],
  ] as const)('%s', async (what, expected) => {
    expect(await verdictOf(exclusiveOwnership(delivered, []), { services: [worker(what)] }, toBoth)).toBe(expected);
  });
});

describe('G2: who commits each as it is done', () => {
  const worker = (inFlight: number): Service =>
    service('worker', uses, ({ log, db }) => {
      const consumer = log.consumer(['orders'], { group: 'g', inFlight });
      consumer.messages().subscribe(async ({ message: { id }, commit }) => {
        await sleep(id === 'p1' ? 2_000 : 10);
        await db.transaction((tx) => tx.insertIfAbsent('t', { id }));
        await commit();
      });
    });
  const check = commitBehindEffects(
    delivered.by(({ id }) => id),
    [stored.by(({ id }) => id)],
  );

  test.each([
    ['one after the other', 1, 'pass'],
    ['several at a time', 3, 'fail'],
  ])('%s', async (_, inFlight, expected) => {
    expect(await verdictOf(check, { services: [worker(inFlight)] })).toBe(expected);
  });
});

test.each([
  '1st delivery of T#p2 to worker: crash before offset commit on log',
  '1st delivery of T#p2 to worker: session times out before commit on db',
  '1st delivery of T#p2 to worker: pause of 90 s before offset commit on log',
  'coordinator of g on log moves at 6005 ms',
  'leader of log.orders/0 fails over at 6005 ms',
])('a right consumer goes through: %s', async (fault) => {
  const services = [storing.with({ instances: 2 })];
  const checks = [eventualDelivery(log.published('orders')), monotonicConsumption(delivered), noSkip(delivered)];
  for (const check of checks) expect(await verdictOf(check, { services, faults: [fault] })).toBe('pass');
  const owned = exclusiveOwnership(delivered, [stored]);
  expect(await verdictOf(owned, { services, faults: [fault] })).not.toBe('fail');
});

describe('D5: a commit that comes to nothing, and the one that would cover it is never made', () => {
  const worker = (commits: 'each' | 'none of p3'): Service =>
    service('worker', uses, ({ log }) => {
      log.consume(['orders'], { group: 'g' }).subscribe(async ({ message: { id }, commit }) => {
        await sleep(2_000);
        if (commits === 'each' || id !== 'p3') await commit().catch(() => {});
      });
    });
  const verdict = (commits: 'each' | 'none of p3', faults: readonly string[]): Promise<string> =>
    verdictOf(eventualDelivery(log.confirmed('orders')), { services: [worker(commits)], faults });

  test.each([
    '1st delivery of T#p3 to worker: offset commit on log fails',
    '1st delivery of T#p3 to worker: answer of offset commit on log is lost, not applied',
    'log is refusing from 8 s to 12 s',
    'log is silent from 8 s to 12 s',
  ])('%s', async (fault) => {
    expect(await verdict('each', [fault])).toBe('pass');
  });

  test('but one that is never tried is missed, whatever is struck before', async () => {
    expect(await verdict('none of p3', [])).toBe('fail');
    expect(await verdict('none of p3', ['1st delivery of T#p1 to worker: offset commit on log fails'])).toBe('fail');
  });
});
