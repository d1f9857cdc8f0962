/** Members that come and go: who leaves, who is put out, what the others hear, and when. */
import { concatMap, Subject, takeUntil } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { service } from '../../../services/service.ts';
import { ending, play } from '../../../world.fixture.ts';
import { logBroker } from '../component.ts';
import { deliveries, facts, items, type Log, sleep, toOne, toOrders, uses } from './consumer.fixture.ts';
import type { ConsumerOptions } from './consumer-options.ts';
import type { LogDelivery } from './delivery.ts';
import type { Consumer } from './handle.ts';

const S = 1_000_000;
type Handle = (delivery: LogDelivery<unknown>) => Promise<unknown>;

const committing: Handle = ({ commit }) => commit().catch(() => {});
const reading = (log: Log, handle: Handle, o: Partial<ConsumerOptions> = {}) =>
  log.consume(['one'], { group: 'g', ...o }).subscribe((delivery) => void handle(delivery));
const reader = (handle: Handle = committing, o: Partial<ConsumerOptions> = {}, name = 'reader') =>
  service(name, uses, ({ log }) => void reading(log, handle, o));
/** One that comes later. */
const later = (afterMs: number, o: Partial<ConsumerOptions> = {}, name = 'later') =>
  service(name, uses, async ({ log }) => {
    await sleep(afterMs);
    reading(log, committing, o);
  });

const times = (record: Awaited<ReturnType<typeof play>>, kind: string): number[] =>
  facts(record, kind).map(({ timeUs }) => Number(timeUs));

test.each([
  [undefined, 3000],
  [500, 500],
  [0, 0],
])('the first members of a group wait for others: %s ms is %s', async (initialRebalanceDelayMs, waitsMs) => {
  const patient = {
    log: logBroker('log', {
      topics: { one: { partitions: 1 } },
      ...(initialRebalanceDelayMs === undefined ? {} : { initialRebalanceDelayMs }),
    }),
  };
  const consuming = service('reader', patient, ({ log }) => void log.consume(['one'], { group: 'g' }).subscribe());
  const record = await play({ uses: patient, services: [consuming], items: [], send: async () => {} });
  const [joined, rebalanced] = ['joined', 'rebalanced'].map((kind) => times(record, kind)[0] as number);
  expect(Math.round(((rebalanced as number) - (joined as number)) / 10_000) * 10).toBe(waitsMs);
});

describe('leaving', () => {
  test('who unsubscribes finishes what is in hand, commits it, and leaves', async () => {
    const ends: string[] = [];
    const leaving = service('reader', uses, ({ log }) => {
      const enough = new Subject<void>();
      log
        .consume(['one'], { group: 'g' })
        .pipe(takeUntil(enough))
        .subscribe(async ({ message, commit }) => {
          void message.id;
          enough.next();
          await sleep(500);
          ends.push(await ending(commit()));
        });
    });
    const record = await play({ uses, services: [leaving], items: items(2), send: toOne });
    expect(ends).toEqual(['resolved']);
    expect(facts(record, 'acked', 'revoked', 'left').map(({ kind }) => kind)).toEqual(['acked', 'revoked', 'left']);
    expect(deliveries(record)).toHaveLength(1);
    expect(record.outcome).toBe('quiet');
  });

  test('close tells what is revoked, and settles when the coordinator knows; a static member does not leave', async () => {
    for (const instanceId of [undefined, 'a']) {
      const told: unknown[] = [];
      const closing = service('reader', uses, async ({ log }) => {
        const consumer = log.consumer(['one'], {
          group: 'g',
          onRevoked: async (partitions) => {
            told.push(partitions);
            await consumer.commit();
          },
          ...(instanceId === undefined ? {} : { instanceId }),
        });
        consumer.messages().subscribe();
        await sleep(10_000);
        await consumer.close();
        told.push('closed');
      });
      const record = await play({ uses, services: [closing], items: items(2), send: toOne });
      expect(told).toEqual([[0], 'closed']);
      expect(facts(record, 'offsetsCommitted').map(({ offset }) => offset)).toEqual([2]);
      expect(facts(record, 'left')).toHaveLength(instanceId === undefined ? 1 : 0);
    }
  });

  test('one that is closed before it is read never was in the group, and cannot be read any more', async () => {
    const ends: string[] = [];
    const closing = service('reader', uses, async ({ log }) => {
      const consumer = log.consumer(['one'], { group: 'g', onRevoked: () => void ends.push('revoked') });
      ends.push(await ending(consumer.close()), await ending(consumer.close()));
      ends.push(await ending(consumer.eachMessage(() => {})));
    });
    const record = await play({ uses, services: [closing], items: items(1), send: toOne });
    expect(ends).toEqual(['resolved', 'resolved', 'EDDY_CONFIG']);
    expect(facts(record, 'joined', 'left', 'delivered')).toEqual([]);
  });

  test('a static member that has closed is put out when its session is over, though its process lives', async () => {
    const closing = service('reader', uses, async ({ log }) => {
      const consumer = log.consumer(['one'], { group: 'g', instanceId: 'a' });
      consumer.messages().subscribe();
      await sleep(10_000);
      await consumer.close();
    });
    const record = await play({ uses, services: [closing, later(20_000)], items: items(1), send: toOne });
    expect(facts(record, 'expelled').map(({ why }) => why)).toEqual(['its session timed out']);
    const [out = 0] = times(record, 'expelled');
    expect(out).toBeGreaterThan(54 * S);
    expect(out).toBeLessThan(56 * S);
    expect(deliveries(record).at(-1)).toContain('to later/0');
  });

  test('a process that stops leaves only if it unsubscribes', async () => {
    for (const unsubscribes of [true, false]) {
      const stopping = service('reader', uses, ({ log }, { stopping }) => {
        const subscription = reading(log, committing);
        if (unsubscribes) stopping.addEventListener('abort', () => subscription.unsubscribe());
      });
      const record = await play({
        uses,
        services: [stopping],
        items: items(2),
        send: toOne,
        faults: ['1st delivery of T#o1 to reader: graceful stop after offset commit on log'],
      });
      expect(facts(record, 'left', 'expelled').map(({ kind }) => kind)).toEqual([unsubscribes ? 'left' : 'expelled']);
      const [stopped] = record.entries.filter(({ kind }) => kind === 'stopped');
      expect(stopped?.data).toEqual({ why: unsubscribes ? 'nothing pending' : 'grace is over' });
    }
  });
});

test('a group whose coordinator moves before it has agreed on anything is joined anew', async () => {
  const services = [reader().with({ instances: 2 })];
  const faults = ['coordinator of g on log moves at 1500 ms'];
  const record = await play({ uses, services, items: items(2), send: toOne, faults });
  expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true]);
  expect(deliveries(record).map((each) => each.slice(0, 2))).toEqual(['o0', 'o1']);
  expect(record.outcome).toBe('quiet');
});

describe('dying', () => {
  test.each(['crash', 'host loss'])('after a %s its partitions stay until the session is over', async (how) => {
    const record = await play({
      uses,
      services: [reader().with({ instances: 2 })],
      items: items(2),
      send: toOne,
      faults: [`1st delivery of T#o0 to reader: ${how} on receipt, restart after 300 s`],
    });
    expect(facts(record, 'left')).toEqual([]);
    expect(facts(record, 'expelled').map(({ why }) => why)).toEqual(['its session timed out']);
    const [first = 0, again = 0] = times(record, 'delivered');
    expect(again - first).toBeGreaterThan(45 * S);
    expect(again - first).toBeLessThan(50 * S);
  });

  test('it comes back before: the rebalance waits for its old self until the session is over', async () => {
    const record = await play({
      uses,
      services: [reader()],
      items: items(1),
      send: toOne,
      faults: ['1st delivery of T#o0 to reader: crash on receipt'],
    });
    const [first = 0, again = 0] = times(record, 'delivered');
    expect(again - first).toBeGreaterThan(44 * S);
    expect(deliveries(record)).toEqual(['o0 to reader/0 in 1', 'o0 to reader/0.2 in 2']);
  });

  test('a static member takes its place again at once, without a rebalance', async () => {
    const record = await play({
      uses,
      services: [reader(committing, { instanceId: 'a' }), later(1, { instanceId: 'b' })],
      items: items(1),
      send: toOne,
      faults: ['1st delivery of T#o0 to reader: crash on receipt'],
    });
    const [first = 0, again = 0] = times(record, 'delivered');
    expect(again - first).toBeLessThan(2 * S);
    expect(facts(record, 'rebalanced')).toHaveLength(1);
  });

  test('a half-open connection ends the session; it breaks later, and the member joins anew', async () => {
    const record = await play({
      uses,
      services: [reader()],
      items: items(2),
      send: toOne,
      faults: ['1st delivery of T#o0 to reader: half-open connection to log before offset commit on log'],
    });
    expect(facts(record, 'expelled').map(({ why }) => why)).toEqual(['its session timed out']);
    expect(facts(record, 'lost')).toHaveLength(1);
    expect(deliveries(record).at(-1)).toMatch(/o1 to reader\/0/);
    expect(record.outcome).toBe('quiet');
  });

  test.each([
    ['over one when its process goes on after a pause', 'half-open connection to', 2],
    ['over a new connection while its process stands still', 'disconnect from', 60],
  ])('nor is it heard of %s', async (_, connection, pauseS) => {
    const at = '1st delivery of T#o0 to reader';
    const record = await play({
      uses,
      services: [reader()],
      items: items(1),
      send: toOne,
      faults: [
        `${at}: ${connection} log before offset commit on log`,
        `${at}: pause of ${pauseS} s before offset commit on log`,
      ],
    });
    expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true, true]);
    expect(facts(record, 'expelled').map(({ why }) => why)).toEqual(['its session timed out']);
  });

  test('a broken connection costs no place', async () => {
    const record = await play({
      uses,
      services: [reader()],
      items: items(3),
      send: toOne,
      faults: ['1st delivery of T#o0 to reader: disconnect from log after offset commit on log'],
    });
    expect(facts(record, 'joined')).toHaveLength(1);
    expect(deliveries(record)).toHaveLength(3);
  });
});

describe('a rebalance while a handler works', () => {
  const slow = (ends: string[], ms: number): Handle => {
    return async ({ message, commit }) => {
      const { id } = message;
      if (id === 'o0') await sleep(ms);
      ends.push(`${id} ${await ending(commit())}`);
    };
  };

  test('it is heard of at a heartbeat; the handler in hand finishes, then the partition goes', async () => {
    const ends: string[] = [];
    const told: string[] = [];
    const record = await play({
      uses,
      services: [
        reader(slow(ends, 20_000), { onRevoked: async () => void told.push('revoked') }),
        later(10_000, { onAssigned: async () => void told.push('assigned') }),
      ],
      items: items(3),
      send: toOne,
    });
    expect(ends[0]).toBe('o0 resolved');
    expect(facts(record, 'expelled', 'lost', 'offsetsRefused')).toEqual([]);
    expect(told[0]).toBe('revoked');
    const [revoked = 0] = times(record, 'revoked');
    expect(revoked).toBeGreaterThan(times(record, 'acked')[0] ?? 0);
    expect(new Set(deliveries(record).map((each) => each.slice(0, 2))).size).toBe(3);
    expect(deliveries(record)).toHaveLength(3);
  });

  test('beyond the rebalance time-out the others go on without it, and its commit is refused', async () => {
    const ends: string[] = [];
    const record = await play({
      uses,
      services: [
        reader(slow(ends, 60_000), { client: 'kafkajs', rebalanceTimeoutMs: 20_000 }),
        later(10_000, { client: 'kafkajs', rebalanceTimeoutMs: 20_000 }),
      ],
      items: items(1),
      send: toOne,
    });
    expect(facts(record, 'expelled').map(({ why }) => why)).toEqual(['it did not join again in time']);
    expect(ends).toEqual(['o0 EDDY_ILLEGAL_GENERATION']);
    expect(facts(record, 'lost')).toHaveLength(1);
    expect(facts(record, 'revoked').every(({ process }) => process !== 'reader/0')).toBe(true);
  });

  test.each(['range', 'cooperative-sticky'] as const)(
    'what stands in a buffer of RxJS is in hand: %s',
    async (assignor) => {
      const reads = service('reader', uses, ({ log }) => {
        log
          .consume(['orders'], { group: 'g', assignor })
          .pipe(
            concatMap(async ({ message, commit }) => {
              void message.id;
              await sleep(3_000);
              await commit();
            }),
          )
          .subscribe();
      });
      const other = service('other', uses, async ({ log }) => {
        await sleep(16_000);
        log.consume(['orders'], { group: 'g', assignor }).subscribe(({ commit }) => void commit());
      });
      const record = await play({ uses, services: [reads, other], items: items(16), send: toOrders });
      expect(facts(record, 'offsetsRefused', 'crashed')).toEqual([]);
      expect(deliveries(record)).toHaveLength(16);
      expect(new Set(facts(record, 'delivered').map(({ process }) => process)).size).toBe(2);
    },
  );

  test('what is finished is committed in onRevoked', async () => {
    const reads = service('reader', uses, ({ log }) => {
      const onRevoked = (): Promise<void> => consumer.commit();
      const consumer: Consumer = log.consumer(['orders'], { group: 'g', onRevoked });
      consumer.messages().subscribe(({ message }) => void message.id);
    });
    const other = service('other', uses, async ({ log }) => {
      await sleep(10_000);
      log.consume(['orders'], { group: 'g' }).subscribe();
    });
    const record = await play({ uses, services: [reads, other], items: items(8), send: toOrders });
    expect(deliveries(record)).toHaveLength(8);
    expect(facts(record, 'offsetsCommitted').every(({ generation, lag }) => generation === 1 && lag === 0)).toBe(true);
  });
});
