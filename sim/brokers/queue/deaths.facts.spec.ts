import { describe, expect, test } from 'vitest';
import { EPOCH_MS } from '../../kernel/world.ts';
import { Bench, envelope } from './bench.fixture.ts';
import { dead } from './deaths.ts';
import { type Profile, VERSIONS } from './profile.ts';
import { ME } from './topology/told.fixture.ts';

const shape = {
  queues: {
    work: { deadLetterTo: 'wait' },
    wait: { deadLetterTo: 'work', messageTtlMs: 2000 },
    brief: { deadLetterTo: 'dead' },
    dead: {},
  },
} as const;

/** Gets the head of a queue and rejects it. */
function reject(bench: Bench, queue = 'work'): void {
  const channel = bench.channel();
  const one = channel.get(bench.queue(queue));
  channel.nack(one?.tag ?? 0, { requeue: false });
}

const headersIn = (bench: Bench, queue: string): Record<string, unknown> => ({
  ...bench.queue(queue).ready[0]?.envelope.message.headers,
});

describe('fact 18: what a message tells of its deaths', () => {
  test('fact 18: queue, reason, count, when, and how it was routed; the first and the last death in headers of their own', () => {
    const bench = new Bench(shape);
    const published = { ...envelope('m1', 1_500_000), exchange: 'events', routingKey: 'order.placed' };
    bench.broker.publish(published, ['brief']);
    bench.waitUntil(1_500_000);
    expect(headersIn(bench, 'dead')).toEqual({
      'x-death': [
        {
          queue: 'brief',
          reason: 'expired',
          count: 1,
          exchange: 'events',
          'routing-keys': ['order.placed'],
          time: EPOCH_MS / 1000 + 1,
          'original-expiration': '1500',
        },
      ],
      'x-first-death-queue': 'brief',
      'x-first-death-reason': 'expired',
      'x-first-death-exchange': 'events',
      'x-last-death-queue': 'brief',
      'x-last-death-reason': 'expired',
      'x-last-death-exchange': 'events',
    });
  });

  test('fact 18: one record for each queue and reason, counted, the newest first; the first death stays', () => {
    const bench = new Bench(shape);
    bench.put('m1');
    for (let round = 1; round <= 3; round++) {
      reject(bench);
      bench.waitUntil(round * 2_000_000);
    }
    reject(bench);
    const headers = headersIn(bench, 'wait');
    const deaths = headers['x-death'] as { queue: string; reason: string; count: number }[];
    expect(deaths.map(({ queue, reason, count }) => [queue, reason, count])).toEqual([
      ['work', 'rejected', 4],
      ['wait', 'expired', 3],
    ]);
    expect(headers).toMatchObject({
      'x-first-death-queue': 'work',
      'x-first-death-reason': 'rejected',
      'x-last-death-queue': 'work',
      'x-last-death-reason': 'rejected',
    });
  });

  test('fact 18: the same queue for another reason is another record; a death through the dead letters names no exchange', () => {
    const bench = new Bench({ queues: { work: { deadLetterTo: 'dead' }, dead: { deadLetterTo: 'work' } } });
    bench.broker.publish({ ...envelope('m1', 1000), exchange: 'events', routingKey: 'a' }, ['work']);
    bench.waitUntil(1000);
    reject(bench, 'dead');
    reject(bench);
    reject(bench, 'dead');
    const deaths = headersIn(bench, 'work')['x-death'] as Record<string, unknown>[];
    expect(
      deaths.map(({ queue, reason, count, exchange, 'routing-keys': keys }) => [queue, reason, count, exchange, keys]),
    ).toEqual([
      ['dead', 'rejected', 2, '', ['dead']],
      ['work', 'rejected', 1, '', ['work']],
      ['work', 'expired', 1, 'events', ['a']],
    ]);
  });

  test('fact 18: a message without a key was published with the empty one, and goes on with it', () => {
    const bench = new Bench({ queues: { work: { deadLetterExchange: 'amq.direct' }, dead: {} } });
    bench.broker.topology.bindQueue({ queue: 'dead', exchange: 'amq.direct', routingKey: '' }, ME);
    bench.put('m1');
    reject(bench);
    expect(headersIn(bench, 'dead')['x-death']).toMatchObject([{ 'routing-keys': [''] }]);
  });

  test('fact 18: the time is that of the first death in this queue for this reason, in whole seconds', () => {
    const bench = new Bench(shape);
    bench.put('m1');
    bench.waitUntil(3_599_999_999);
    reject(bench);
    bench.waitUntil(3_602_000_000);
    reject(bench);
    expect(headersIn(bench, 'wait')['x-death']).toMatchObject([
      { queue: 'work', count: 2, time: EPOCH_MS / 1000 + 3_599 },
      { queue: 'wait', count: 1, time: EPOCH_MS / 1000 + 3_602 },
    ]);
  });

  test('fact 18: its own time to live is gone, the time of the queue counts', () => {
    const bench = new Bench(shape);
    bench.broker.publish(envelope('m1', 1_000_000), ['work']);
    bench.waitUntil(1_000_000);
    expect(bench.ready('wait')).toEqual(['m1']);
    expect(bench.queue('wait').expiresUs).toBe(3_000_000);
  });
});

describe('fact 18: a client that publishes the header again', () => {
  const given = {
    queue: 'work',
    reason: 'rejected',
    count: 7,
    exchange: 'events',
    'routing-keys': ['a'],
    time: 1_700_000_000,
  };

  function countsAfter(profile: Profile, deaths: unknown): unknown[] {
    const bench = new Bench({ ...shape, profile });
    const plain = envelope('m1');
    const message = { ...plain.message, headers: { 'x-death': deaths, mine: 1 } };
    bench.broker.publish({ ...plain, message }, ['work']);
    reject(bench);
    const headers = headersIn(bench, 'wait');
    expect(headers['mine']).toBe(1);
    return (headers['x-death'] as { count: number }[]).map(({ count }) => count);
  }

  test.each([
    ['3.13', [8]],
    ['4.2', [1]],
    ['4.3', [1]],
  ] as const)('fact 18: profile %s counts %o', (profile, counts) => {
    expect(countsAfter(profile, [given])).toEqual(counts);
  });

  test('fact 18: what is no record of a death is left out', () => {
    const junk = [
      null,
      7,
      'x',
      {},
      { ...given, count: 'many' },
      { ...given, reason: 'boredom' },
      { ...given, time: undefined },
    ];
    expect(countsAfter('3.13', junk)).toEqual([1]);
    expect(countsAfter('3.13', 'none')).toEqual([1]);
  });

  test('fact 18: until it dies again the consumer finds what the client wrote', () => {
    const bench = new Bench(shape);
    const plain = envelope('m1');
    bench.broker.publish({ ...plain, message: { ...plain.message, headers: { 'x-death': [given] } } }, ['work']);
    expect(headersIn(bench, 'work')).toEqual({ 'x-death': [given] });
  });
});

describe('fact 18: a cycle of dead letters', () => {
  test('fact 18: is dropped when no rejection is part of it', () => {
    const bench = new Bench({
      queues: { work: { maxLength: 1, deadLetterTo: 'wait' }, wait: { maxLength: 0, deadLetterTo: 'work' } },
    });
    bench.put('m1', 'm2');
    expect(bench.journal).toEqual(['m1 from work to wait: maxlen', 'm1 dropped by wait: cycle']);
    const alone = new Bench({ queues: { work: { maxLength: 1, deadLetterTo: 'work' } } });
    alone.put('m1', 'm2');
    expect(alone.journal).toEqual(['m1 dropped by work: cycle']);
  });

  test('fact 18: goes round for ever when there is one', () => {
    const bench = new Bench(shape);
    bench.put('m1');
    for (let round = 1; round <= 3; round++) {
      reject(bench);
      bench.waitUntil(round * 2_000_000);
    }
    expect(bench.ready()).toEqual(['m1']);
    expect(bench.journal).toHaveLength(6);
  });

  test('fact 18: a rejection before the cycle does not save it', () => {
    const bench = new Bench({
      queues: {
        work: { deadLetterTo: 'a' },
        a: { deadLetterTo: 'b', messageTtlMs: 1000 },
        b: { deadLetterTo: 'a', messageTtlMs: 1000 },
      },
    });
    bench.put('m1');
    reject(bench);
    bench.waitUntil(1_000_000);
    bench.waitUntil(2_000_000);
    expect(bench.journal).toEqual(['m1 from work to a: rejected', 'm1 from a to b: expired', 'm1 dropped by b: cycle']);
  });
});

describe('fact 18: until 3.12', () => {
  const ring = {
    queues: {
      work: { deadLetterTo: 'a' },
      a: { deadLetterTo: 'b', messageTtlMs: 1000 },
      b: { deadLetterTo: 'a', maxLength: 0 },
    },
  } as const;

  test.each([
    ['3.10', ['b maxlen 1', 'work rejected 1', 'a expired 1'], false],
    ['3.13', ['b maxlen 1', 'a expired 1', 'work rejected 1'], true],
  ] as const)(
    'fact 18: profile %s: a third death finds the others as %j; a cycle is seen: %s',
    (profile, found, isSeen) => {
      const bench = new Bench({ ...ring, profile });
      bench.put('m1');
      reject(bench);
      bench.waitUntil(1_000_000);
      expect(bench.journal.at(-1)).toBe(isSeen ? 'm1 dropped by b: cycle' : 'm1 from b to a: maxlen');
      let message = envelope('m1');
      for (const [queue, reason] of [
        ['work', 'rejected'],
        ['a', 'expired'],
        ['b', 'maxlen'],
      ] as const)
        message = dead(message, queue, reason, { exchange: '', key: 'x' }, 0, VERSIONS[profile]);
      expect(message.deaths?.map(({ queue, reason, count }) => `${queue} ${reason} ${count}`)).toEqual(found);
    },
  );
});

describe('fact 17: at-least-once dead-lettering', () => {
  const full = { dead: { maxLength: 1, overflow: 'reject-publish' } } as const;
  const safe = {
    type: 'quorum',
    deadLetterTo: 'dead',
    overflow: 'reject-publish',
    deadLetterStrategy: 'at-least-once',
  } as const;

  /** Rejects two messages where the dead letters have room for one. */
  function twoRejected(work: NonNullable<ConstructorParameters<typeof Bench>[0]>['queues'][string]): Bench {
    const bench = new Bench({ queues: { work, ...full } });
    bench.put('m1', 'm2');
    reject(bench);
    reject(bench);
    return bench;
  }

  test.each([
    ['a classic queue', { ...safe, type: 'classic' }],
    ['a queue that drops its head', { ...safe, overflow: 'drop-head' }],
    ['a queue that was not asked to', { ...safe, deadLetterStrategy: 'at-most-once' }],
    ['a queue of which nothing is said', { type: 'quorum', deadLetterTo: 'dead', overflow: 'reject-publish' }],
  ] as const)('fact 16, fact 17: %s sends at most once: what is refused is lost', (_, work) => {
    const bench = twoRejected(work);
    expect(bench.journal).toEqual(['m1 from work to dead: rejected', 'm2 dropped by dead: refused']);
    expect(bench.broker.unfinished).toEqual([]);
  });

  test.each(['classic', 'quorum'] as const)(
    'fact 17, fact 21: a full quorum queue takes what a %s queue sends at most once',
    (type) => {
      const options = { ...safe, type, deadLetterStrategy: 'at-most-once' } as const;
      const full = { type: 'quorum', maxLength: 1, overflow: 'reject-publish' } as const;
      const bench = new Bench({ queues: { work: options, dead: full } });
      const ids = ['m1', 'm2', 'm3', 'm4'];
      bench.put(...ids);
      for (const _ of ids) reject(bench);
      expect(bench.ready('dead')).toEqual(ids);
    },
  );

  test('fact 17: a quorum queue with reject-publish keeps it, and sends it again when there is room', () => {
    const bench = twoRejected(safe);
    expect(bench.journal).toEqual(['m1 from work to dead: rejected']);
    expect(bench.broker.unfinished).toEqual(['a dead letter of work waits for room in dead']);
    bench.channel().get(bench.queue('dead'), { autoAck: true });
    bench.waitUntil(179_999_999);
    expect(bench.ready('dead')).toEqual([]);
    bench.waitUntil(180_000_000);
    expect(bench.journal.at(-1)).toBe('m2 from work to dead: rejected');
    expect(bench.ready('dead')).toEqual(['m2']);
    expect(bench.broker.unfinished).toEqual([]);
  });

  test('fact 17: what it keeps counts towards its limit', () => {
    const bench = twoRejected({ ...safe, maxLength: 1 });
    bench.put('m3', 'm4');
    expect(bench.ready()).toEqual(['m3']);
    bench.channel().get(bench.queue('dead'), { autoAck: true });
    bench.waitUntil(180_000_000);
    bench.channel().get(bench.queue());
    bench.put('m5');
    expect(bench.ready()).toEqual(['m5']);
  });
});
