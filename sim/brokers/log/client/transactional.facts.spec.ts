/** Facts of consumers of transactions, by number, in whole runs. */
import { describe, expect, test } from 'vitest';
import { service } from '../../../services/service.ts';
import { ending, play } from '../../../world.fixture.ts';
import { deliveries, facts, items, type Log, sleep, toOne, uses } from './consumer.fixture.ts';
import type { Consumer } from './handle.ts';
import type { Producer } from '../port.ts';

const S = 1_000_000;

describe('fact 35: isolation', () => {
  /** `t1` in a transaction that stays open for 10 s, `later` behind it. */
  async function reading(o: { isolation?: 'read_committed' }, outcome: 'commit' | 'abort') {
    const reader = service('reader', uses, ({ log }) => {
      log.consume(['one'], { group: 'g', ...o }).subscribe(({ commit }) => void commit());
    });
    const send = async (_: string, { log }: { log: Log }): Promise<void> => {
      await sleep(5_000);
      const tx = await log.producer({ transactionalId: 't' }).begin();
      await tx.produce('one', { id: 't1', type: 'T', body: {} });
      await log.produce('one', { id: 'later', type: 'T', body: {} });
      await sleep(10_000);
      await tx[outcome]();
    };
    const record = await play({ uses, services: [reader], send });
    expect(record.outcome).toBe('quiet');
    const seen = facts(record, 'delivered').map(({ id, timeUs }) => [id, Number(timeUs) < 14 * S ? 'early' : 'late']);
    return { seen, committed: facts(record, 'offsetsCommitted').at(-1) };
  }

  test('fact 35: by default what is not committed is read, even if it aborts', async () => {
    for (const outcome of ['commit', 'abort'] as const) {
      expect((await reading({}, outcome)).seen).toEqual([
        ['t1', 'early'],
        ['later', 'early'],
      ]);
    }
  });

  test('fact 35: read_committed waits at the last stable offset, also with what others wrote later', async () => {
    const { seen } = await reading({ isolation: 'read_committed' }, 'commit');
    expect(seen).toEqual([
      ['t1', 'late'],
      ['later', 'late'],
    ]);
  });

  test('fact 35: what was aborted is passed over', async () => {
    const { seen, committed } = await reading({ isolation: 'read_committed' }, 'abort');
    expect(seen).toEqual([['later', 'late']]);
    expect(committed).toMatchObject({ offset: 2 });
  });
});

/** Reads `one`, writes to `orders`, with the offsets in the transaction; `work` may throw. */
async function loop(o: {
  work: (id: string, nth: number) => Promise<void>;
  seeksBack?: boolean;
  faults?: readonly string[];
  instances?: number;
  ends?: string[];
}) {
  let nth = 0;
  const handle = async (
    consumer: Consumer,
    producer: Producer<'one' | 'orders'>,
    at: { topic: string; partition: number; offset: bigint },
    id: string,
  ): Promise<void> => {
    const mine = ++nth;
    const done = producer.transaction(async (tx) => {
      await tx.produce('orders', { id: `${id}.done`, type: 'Done', key: id, body: {} });
      await o.work(id, mine);
      await tx.sendOffsets([{ ...at, offset: at.offset + 1n }], consumer);
    });
    const end = await ending(done);
    o.ends?.push(`${id} ${end}`);
    if (end !== 'resolved' && o.seeksBack) await consumer.seek(at.topic, at.partition, at.offset).catch(() => {});
  };
  const worker = service('worker', uses, ({ log }, { instance }) => {
    const consumer = log.consumer(['one'], { group: 'g' });
    const producer = log.producer({ transactionalId: `worker-${instance}` });
    consumer.messages().subscribe((delivery) => {
      const { topic, partition, offset, message } = delivery;
      void handle(consumer, producer, { topic, partition, offset }, message.id);
    });
  }).with({ instances: o.instances ?? 1 });
  const seen: string[] = [];
  const reader = service('reader', uses, ({ log }) => {
    log
      .consume(['orders'], { group: 'readers', isolation: 'read_committed' })
      .subscribe(({ message }) => void seen.push(message.id));
  });
  const { faults = [] } = o;
  const record = await play({ uses, services: [worker, reader], items: items(3), send: toOne, faults });
  return { record, seen };
}

describe('fact 36: an abort does not move the consumer back', () => {
  const failsOnce = async (id: string, nth: number): Promise<void> => {
    if (id === 'o1' && nth === 2) throw new RangeError('no');
  };

  test('fact 36: what was read in it is not read again, and is lost to who goes on', async () => {
    const { record, seen } = await loop({ work: failsOnce });
    expect(seen.toSorted()).toEqual(['o0.done', 'o2.done']);
    expect(deliveries(record).filter((each) => each.includes('worker'))).toHaveLength(3);
  });

  test('fact 36: unless it seeks back', async () => {
    const { seen } = await loop({ work: failsOnce, seeksBack: true });
    expect(seen.toSorted()).toEqual(['o0.done', 'o1.done', 'o2.done']);
  });
});

describe('fact 43: offsets commit with the transaction', () => {
  test('fact 43: with it, and not before', async () => {
    const { record, seen } = await loop({ work: async () => {} });
    const committed = facts(record, 'offsetsCommitted').filter(({ group }) => group === 'g');
    expect(committed.map(({ offset }) => offset)).toEqual([1, 2, 3]);
    expect(seen.toSorted()).toEqual(['o0.done', 'o1.done', 'o2.done']);
  });

  test('fact 43: who crashed in it does it again, and only once is seen', async () => {
    const { seen } = await loop({
      work: async () => {},
      faults: ['1st delivery of T#o1 to worker: crash before send offsets on log'],
    });
    expect(seen.toSorted()).toEqual(['o0.done', 'o1.done', 'o2.done']);
  });

  test('fact 43: a zombie is fenced by the metadata of its group', async () => {
    const ends: string[] = [];
    const { seen } = await loop({
      work: async () => {},
      instances: 2,
      ends,
      faults: ['1st delivery of T#o1 to worker: pause of 55 s before send offsets on log'],
    });
    expect(seen.toSorted()).toEqual(['o0.done', 'o1.done', 'o2.done']);
    expect(ends.filter((each) => each.startsWith('o1')).toSorted()).toEqual([
      'o1 EDDY_ILLEGAL_GENERATION',
      'o1 resolved',
    ]);
  });

  test.each([
    ['commit', ['o1']],
    ['abort', ['o0', 'o1']],
  ] as const)('fact 43: whoever takes a partition over waits to hear where to begin: %s', async (outcome, ids) => {
    const worker = service('worker', uses, async ({ log }) => {
      const tx = await log.producer({ transactionalId: 't' }).begin();
      await tx.sendOffsets([{ topic: 'one', partition: 0, offset: 1n }], { group: 'g' });
      await sleep(20_000);
      await tx[outcome]();
    });
    const reader = service('reader', uses, async ({ log }) => {
      await sleep(5_000);
      log.consume(['one'], { group: 'g' }).subscribe(({ commit }) => void commit());
    });
    const record = await play({ uses, services: [worker, reader], items: items(2), send: toOne });
    const seen = facts(record, 'delivered').map(({ id, timeUs }) => [id, Number(timeUs) > 20 * S]);
    expect(seen).toEqual(ids.map((id) => [id, true]));
  });
});
