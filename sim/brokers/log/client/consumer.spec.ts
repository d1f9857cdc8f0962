/** What a consumer does for its process: one at a time for each partition, commits, places, errors. */
import { bufferCount, concatMap, mergeMap } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { service } from '../../../services/service.ts';
import { play } from '../../../world.fixture.ts';
import { facts, items, type Log, sleep, toOne, toOrders, uses } from './consumer.fixture.ts';
import type { LogDelivery } from './delivery.ts';

type Handle = (delivery: LogDelivery<unknown>) => Promise<void>;

describe('one at a time for each partition', () => {
  /** What began and ended, in order. */
  async function handling(consume: (log: Log, handle: Handle) => void, topic: 'one' | 'orders' = 'one') {
    const story: string[] = [];
    const handle: Handle = async ({ message, commit }) => {
      const { id } = message;
      story.push(`${id} begins`);
      await sleep(10);
      await commit();
      await sleep(10);
      story.push(`${id} ends`);
    };
    const reader = service('reader', uses, ({ log }) => consume(log, handle));
    const send = topic === 'one' ? toOne : toOrders;
    const record = await play({ uses, services: [reader], items: items(4), send });
    expect(record.outcome).toBe('quiet');
    return { story, record };
  }

  const inOrder = items(4).flatMap((id) => [`${id} begins`, `${id} ends`]);

  test.each<[string, (log: Log, handle: Handle) => void]>([
    ['subscribe', (log, handle) => log.consume(['one'], { group: 'g' }).subscribe((d) => void handle(d))],
    ['concatMap', (log, handle) => log.consume(['one'], { group: 'g' }).pipe(concatMap(handle)).subscribe()],
    ['eachMessage', (log, handle) => void log.consumer(['one'], { group: 'g' }).eachMessage(handle)],
  ])('%s', async (how, consume) => {
    const { story } = await handling(consume);
    // Whoever has committed does not hold the next one back, unless the handler's promise says when it is done.
    if (how === 'subscribe') expect(story.slice(0, 3)).toEqual(['o0 begins', 'o1 begins', 'o0 ends']);
    else expect(story).toEqual(inOrder);
  });

  test('partitions do not wait for each other', async () => {
    const { story } = await handling(
      (log, handle) => log.consume(['orders'], { group: 'g' }).pipe(mergeMap(handle)).subscribe(),
      'orders',
    );
    expect(story.slice(0, 4).every((each) => each.endsWith('begins'))).toBe(true);
  });

  test('what stands in a buffer of RxJS is not handed out further', async () => {
    let most = 0;
    let handedOut = 0;
    let taken = 0;
    const reader = service('reader', uses, ({ log }) => {
      log
        .consume(['orders'], { group: 'g' })
        .pipe(
          concatMap(async (delivery) => {
            taken++;
            void delivery.message;
            await sleep(5);
          }),
        )
        .subscribe();
    });
    const record = await play({ uses, services: [reader], items: items(40), send: toOrders });
    for (const { kind } of record.entries) if (kind === 'delivered') handedOut++;
    expect(taken).toBe(40);
    // One of each partition at most is handed out before its turn has come.
    const times = facts(record, 'delivered').map(({ timeUs }) => Number(timeUs));
    for (let n = 4; n < times.length; n++)
      most = Math.max(most, n - times.filter((us) => us < (times[n] ?? 0) - 5000 * 4).length);
    expect(handedOut).toBe(40);
    expect(most).toBeLessThanOrEqual(8);
  });

  test('a handler that waits for the next message gets it', async () => {
    const seen: string[][] = [];
    const reader = service('reader', uses, ({ log }) => {
      log
        .consume(['one'], { group: 'g' })
        .pipe(bufferCount(2))
        .subscribe((pair) => seen.push(pair.map(({ message }) => message.id)));
    });
    await play({ uses, services: [reader], items: items(4), send: toOne });
    expect(seen).toEqual([
      ['o0', 'o1'],
      ['o2', 'o3'],
    ]);
  });

  test.each([
    ['the last', 2, ['o0 begins', 'o3 begins', 'o0 ends', 'o3 ends']],
    ['another', 1, ['o0 begins', 'o0 ends', 'o3 begins', 'o3 ends']],
  ] as const)(
    'a batch holds the next one back until %s of its records is committed, or it is done',
    async (_, nth, told) => {
      const story: string[] = [];
      const reader = service('reader', uses, ({ log }) => {
        const consumer = log.consumer(['one'], { group: 'g', maxPollRecords: 3 });
        consumer.batches().subscribe(async ({ deliveries, commit }) => {
          const [id] = deliveries.map(({ message }) => message.id);
          story.push(`${id} begins`);
          await commit(deliveries[nth]);
          await sleep(50);
          story.push(`${id} ends`);
        });
      });
      await play({ uses, services: [reader], items: items(6), send: toOne });
      expect(story).toEqual(told);
    },
  );

  test('what was left lying and is taken up again holds the next one back', async () => {
    const story: string[] = [];
    let goOn = (): void => {};
    const reader = service('reader', uses, ({ log }) => {
      log.consume(['one'], { group: 'g' }).subscribe(async ({ message: { id } }) => {
        story.push(`${id} begins`);
        if (id === 'o0') {
          await new Promise<void>((resolve) => void (goOn = resolve));
          await sleep(100);
        } else if (id === 'o1') {
          goOn();
          await sleep(10);
        }
        story.push(`${id} ends`);
      });
    });
    await play({ uses, services: [reader], items: items(3), send: toOne });
    expect(story).toEqual(['o0 begins', 'o1 begins', 'o1 ends', 'o0 ends', 'o2 begins', 'o2 ends']);
  });
});

test('a handler that has committed is over: what it left to tick keeps the run no longer than any other poll', async () => {
  const lasting = async (commits: boolean): Promise<number> => {
    const reader = service('reader', uses, ({ log }) => {
      log.consume(['one'], { group: 'g' }).subscribe(({ message, commit }) => {
        void message.id;
        setInterval(() => {}, 1_000);
        if (commits) void commit();
      });
    });
    const record = await play({ uses, services: [reader], items: items(1), send: toOne });
    return record.timeUs;
  };
  expect(await lasting(true)).toBeLessThan(60_000_000);
  expect(await lasting(false)).toBeGreaterThan(60_000_000);
});
