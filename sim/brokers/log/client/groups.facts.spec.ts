/** Facts of consumer groups, by number, in whole runs. Each is flipped in facts/flips.ts. */
import { describe, expect, test } from 'vitest';
import { service } from '../../../services/service.ts';
import { ending, play } from '../../../world.fixture.ts';
import { deliveries, facts, items, sleep, toOne, toOrders, uses } from './consumer.fixture.ts';
import type { ConsumerOptions } from './consumer-options.ts';
import type { LogDelivery } from './delivery.ts';

type Handle = (delivery: LogDelivery<unknown>) => Promise<unknown>;

/** Reads `one` (or `orders`) and commits each record, unless told otherwise. */
const reader = (
  handle: Handle = ({ commit }) => commit().catch(() => {}),
  o: Partial<ConsumerOptions> & { topic?: 'one' | 'orders' } = {},
) =>
  service('reader', uses, ({ log }) => {
    const { topic = 'one', ...rest } = o;
    log.consume([topic], { group: 'g', ...rest }).subscribe((delivery) => void handle(delivery));
  });

const S = 1_000_000;

describe('fact 31: a position is the next offset to read', () => {
  test('fact 31: so is a committed offset, and after a restart the group goes on there', async () => {
    const positions: unknown[] = [];
    const seen: string[] = [];
    const once = service('reader', uses, ({ log }) => {
      const consumer = log.consumer(['one'], { group: 'g', sessionTimeoutMs: 10_000 });
      consumer.messages().subscribe(async ({ message, offset, commit }) => {
        seen.push(message.id);
        await commit();
        positions.push([offset, consumer.position('one', 0), await consumer.committed('one', 0)]);
      });
    });
    const record = await play({
      uses,
      services: [once],
      items: items(3),
      send: toOne,
      faults: ['1st delivery of T#o1 to reader: crash after offset commit on log'],
    });
    expect(positions).toEqual([
      [0n, 1n, 1n],
      [2n, 3n, 3n],
    ]);
    expect(seen).toEqual(['o0', 'o1', 'o2']);
    expect(facts(record, 'offsetsCommitted').map(({ offset, end, lag }) => [offset, end, lag])).toEqual([
      [1, 3, 2],
      [2, 3, 1],
      [3, 3, 0],
    ]);
    expect(record.outcome).toBe('quiet');
  });

  test('fact 31: what was not committed comes again', async () => {
    const record = await play({
      uses,
      services: [reader(undefined, { sessionTimeoutMs: 10_000 })],
      items: items(2),
      send: toOne,
      faults: ['1st delivery of T#o1 to reader: crash before offset commit on log'],
    });
    expect(deliveries(record)).toEqual(['o0 to reader/0 in 1', 'o1 to reader/0 in 1', 'o1 to reader/0.2 in 2']);
  });
});

describe('fact 32: one member per partition', () => {
  test.each([
    [2, 'orders', 4],
    [6, 'orders', 4],
    [3, 'one', 1],
  ] as const)(
    'fact 32: %i members of %s: all partitions are assigned, each once',
    async (instances, topic, partitions) => {
      const record = await play({
        uses,
        services: [reader(undefined, { topic }).with({ instances })],
        items: items(8),
        send: topic === 'one' ? toOne : toOrders,
      });
      const assigned = facts(record, 'assigned').flatMap(({ partitions }) => partitions as number[]);
      expect(assigned.toSorted()).toEqual(Array.from({ length: partitions }, (_, n) => n));
      const working = new Set(facts(record, 'delivered').map(({ process }) => process));
      expect(working.size).toBe(Math.min(instances, partitions));
      expect(record.outcome).toBe('quiet');
    },
  );
});

describe('fact 33: a record that is worked at for too long', () => {
  const slept = new Set<unknown>();
  /** Sleeps once. */
  const slowly = (o: Partial<ConsumerOptions>, ends: string[]) =>
    reader(
      async ({ message, commit }) => {
        if (message.id === 'o0' && !slept.has(ends)) {
          slept.add(ends);
          await sleep(20_000);
        }
        ends.push(`${message.id} ${await ending(commit())}`);
      },
      { maxPollIntervalMs: 10_000, ...o },
    );

  test('fact 33: the java client leaves, its partitions go, its commit fails', async () => {
    const ends: string[] = [];
    const record = await play({
      uses,
      services: [slowly({}, ends).with({ instances: 2 })],
      items: items(2),
      send: toOne,
    });
    expect(facts(record, 'left').map(({ member }) => member)).toEqual([facts(record, 'delivered')[0]?.['member']]);
    const [first, again] = facts(record, 'delivered').filter(({ id }) => id === 'o0');
    expect(again?.['process']).not.toBe(first?.['process']);
    expect(Number(again?.['timeUs']) - Number(first?.['timeUs'])).toBeLessThan(14 * S);
    expect(ends.toSorted()).toEqual(['o0 EDDY_ILLEGAL_GENERATION', 'o0 resolved', 'o1 resolved']);
    expect(facts(record, 'lost')).toHaveLength(1);
  });

  test('fact 33: a static member keeps them until its session is over', async () => {
    const ends: string[] = [];
    const other = service('other', uses, async ({ log }) => {
      await sleep(8_000);
      log.consume(['one'], { group: 'g' }).subscribe(({ commit }) => void commit());
    });
    const record = await play({
      uses,
      services: [slowly({ instanceId: 'a', sessionTimeoutMs: 30_000 }, ends), other],
      items: items(1),
      send: toOne,
    });
    expect(facts(record, 'left')).toEqual([]);
    expect(ends[0]).toBe('o0 EDDY_ILLEGAL_GENERATION');
  });

  test('fact 33: kafkajs has no such limit', async () => {
    const ends: string[] = [];
    await play({
      uses,
      services: [slowly({ client: 'kafkajs' }, ends).with({ instances: 2 })],
      items: items(2),
      send: toOne,
    });
    expect(ends).toEqual(['o0 resolved', 'o1 resolved']);
  });
});

describe('fact 34: a zombie', () => {
  test('fact 34: its commit is fenced, its partitions are lost, it joins anew', async () => {
    const ends: string[] = [];
    const record = await play({
      uses,
      services: [
        reader(async ({ message, commit }) => ends.push(`${message.id} ${await ending(commit())}`)).with({
          instances: 2,
        }),
      ],
      items: items(3),
      send: toOne,
      faults: ['1st delivery of T#o1 to reader: pause of 90 s before offset commit on log'],
    });
    expect(facts(record, 'expelled').map(({ why }) => why)).toEqual(['its session timed out']);
    expect(facts(record, 'offsetsRefused').map(({ error, offset }) => [error, offset])).toEqual([
      ['UNKNOWN_MEMBER_ID', 2],
    ]);
    expect(ends).toEqual(['o0 resolved', 'o1 resolved', 'o2 resolved', 'o1 EDDY_ILLEGAL_GENERATION']);
    const [assigned] = facts(record, 'assigned');
    expect(facts(record, 'lost')).toMatchObject([{ member: assigned?.['member'], partitions: [0] }]);
    expect(facts(record, 'joined')).toHaveLength(3);
    expect(facts(record, 'offsetsCommitted').map(({ offset }) => offset)).toEqual([1, 2, 3]);
    expect(record.outcome).toBe('quiet');
  });
});

describe('fact 38: partitions that are added, and `latest`', () => {
  test('fact 38: `latest` skips what came before the assignment, `earliest` does not', async () => {
    const heard = async (from: 'earliest' | 'latest') => {
      const late = service('reader', uses, async ({ log }) => {
        await sleep(100);
        log.consume(['one'], { group: 'g', from }).subscribe(({ commit }) => void commit());
      });
      const record = await play({
        uses,
        services: [late],
        items: items(2),
        send: async (item, ports) => {
          if (item === 'o1') await sleep(5_000);
          await toOne(item, ports);
        },
      });
      return facts(record, 'delivered').map(({ id }) => id);
    };
    expect(await heard('latest')).toEqual(['o1']);
    expect(await heard('earliest')).toEqual(['o0', 'o1']);
  });
});

describe('fact 38: partitions that are added while a group reads', () => {
  test.each([
    ['latest', []],
    ['earliest', ['early']],
  ] as const)('fact 38: what comes to them before they are seen: with `%s` %j of it', async (from, expected) => {
    const record = await play({
      uses,
      services: [reader(undefined, { topic: 'orders', from }).with({ instances: 2 })],
      send: async (_, { log }) => {
        await sleep(12_000);
        await log.produce('orders', { id: 'early', type: 'T', body: {}, partition: 5 });
        await sleep(60_000);
        await log.produce('orders', { id: 'late', type: 'T', body: {}, partition: 5 });
      },
      faults: ['log.orders gets 6 partitions at 10 s'],
    });
    expect(facts(record, 'delivered').map(({ id }) => id)).toEqual([...expected, 'late']);
    const last = facts(record, 'rebalanced').at(-1)?.['assignment'] as Record<string, { orders: number[] }>;
    expect(
      Object.values(last)
        .flatMap(({ orders }) => orders)
        .toSorted(),
    ).toEqual([0, 1, 2, 3, 4, 5]);
    expect(record.outcome).toBe('quiet');
  });
});

describe('fact 40: auto-commit at poll', () => {
  test('fact 40: commits what earlier polls returned, handled or not: a crash loses it', async () => {
    const done: string[] = [];
    const careless = service('reader', uses, ({ log }) => {
      log
        .consumer(['orders'], { group: 'g', autoCommit: true, autoCommitIntervalMs: 1_000, sessionTimeoutMs: 10_000 })
        .messages()
        .subscribe(async ({ message }) => {
          const { id } = message;
          await sleep(id === 'o0' ? 5_000 : 600);
          done.push(id);
        });
    });
    const record = await play({
      uses,
      services: [careless],
      items: ['o0', 'o1', 'o5', 'o9', 'o13'],
      send: toOrders,
      faults: ['1st delivery of T#o13 to reader: crash on receipt'],
    });
    expect(done).not.toContain('o0');
    const committed = facts(record, 'offsetsCommitted').filter(({ partition }) => partition === 0);
    expect(committed.map(({ offset, process }) => [offset, process])).toEqual([
      [0, 'reader/0'],
      [1, 'reader/0'],
    ]);
  });

  test('fact 40: without records it commits once what is done, and the run is quiet', async () => {
    const careless = service('reader', uses, ({ log }) => {
      log.consumer(['one'], { group: 'g', autoCommit: true }).messages().subscribe();
    });
    const record = await play({ uses, services: [careless], items: items(3), send: toOne });
    expect(facts(record, 'offsetsCommitted').map(({ offset }) => offset)).toEqual([3]);
    expect(record.outcome).toBe('quiet');
  });
});

describe('fact 42: eager and cooperative', () => {
  async function joining(assignor: 'range' | 'cooperative-sticky') {
    const join = (name: string, afterMs: number) =>
      service(name, uses, async ({ log }) => {
        await sleep(afterMs);
        log.consume(['orders'], { group: 'g', assignor }).subscribe(({ commit }) => void commit());
      });
    const record = await play({ uses, services: [join('a', 1), join('b', 10_000)], items: items(4), send: toOrders });
    expect(record.outcome).toBe('quiet');
    return {
      revoked: facts(record, 'revoked').map(({ process, partitions }) => [process, partitions]),
      assigned: facts(record, 'assigned').map(({ process, partitions }) => [process, partitions]),
    };
  }

  test('fact 42: eager revokes all, cooperative what moves', async () => {
    const eager = await joining('range');
    expect(eager.revoked).toEqual([['a/0', [0, 1, 2, 3]]]);
    expect(eager.assigned.toSorted()).toEqual([
      ['a/0', [0, 1]],
      ['a/0', [0, 1, 2, 3]],
      ['b/0', [2, 3]],
    ]);
    const cooperative = await joining('cooperative-sticky');
    expect(cooperative.assigned).toHaveLength(2);
    expect(cooperative.revoked).toHaveLength(1);
    expect(cooperative.revoked[0]?.[0]).toBe('a/0');
    expect(cooperative.revoked[0]?.[1]).toHaveLength(2);
    expect(cooperative.assigned[1]).toEqual(['b/0', cooperative.revoked[0]?.[1]]);
  });
});
